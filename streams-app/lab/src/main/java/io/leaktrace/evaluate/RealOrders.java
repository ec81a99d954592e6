package io.leaktrace.evaluate;

import java.nio.file.Path;
import java.time.ZoneOffset;

/**
 * Real orders on which leaks are planted.
 *
 * @param name name of the data set
 * @param orders file of order events as JSON Lines
 * @param ratePerOrder reported victims per order touched by a planted leaker
 * @param zone local time of the buyers
 */
public record RealOrders(String name, Path orders, double ratePerOrder, ZoneOffset zone) {}
