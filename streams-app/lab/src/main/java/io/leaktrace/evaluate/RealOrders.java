package io.leaktrace.evaluate;

import java.nio.file.Path;
import java.time.ZoneOffset;

/**
 * Real orders on which leaks are planted.
 *
 * @param name of the data
 * @param orders as JSON Lines
 * @param ratePerOrder reported victims an order touched by a planted leaker
 * @param zone local time of the buyers
 */
public record RealOrders(String name, Path orders, double ratePerOrder, ZoneOffset zone) {}
