package io.leaktrace.benchmarks.report;

import io.leaktrace.benchmarks.market.Counts;
import io.leaktrace.benchmarks.market.Market;
import java.nio.file.Path;
import java.util.Map;

/**
 * A market of one size, ready to be read.
 *
 * @param label short, as in {@code 5m}
 * @param truth what has to be found in it
 * @param settings lead to its topics
 * @param parquet folder with its Parquet files
 */
public record Size(String label, Market market, Counts truth, Map<String, String> settings, Path parquet) {

    /** Such as {@code 5m}, {@code 200k} or {@code 150}. */
    public static String label(long orders) {
        if (orders % 1_000_000 == 0) {
            return orders / 1_000_000 + "m";
        }
        return orders % 1_000 == 0 ? orders / 1_000 + "k" : Long.toString(orders);
    }
}
