package io.leaktrace.domain;

import java.math.BigDecimal;

/** Money taken, in a currency named by its ISO 4217 code. */
public record Loss(BigDecimal amount, String currency) {}
