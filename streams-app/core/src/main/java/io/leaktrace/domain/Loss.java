package io.leaktrace.domain;

import java.math.BigDecimal;

/** An amount of money taken; the currency is an ISO 4217 code. */
public record Loss(BigDecimal amount, String currency) {}
