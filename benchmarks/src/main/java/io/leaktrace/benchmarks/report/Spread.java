package io.leaktrace.benchmarks.report;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** Median, least and most of some values. */
record Spread(double median, double least, double most) {

    static Spread of(List<Double> values) {
        double[] sorted =
                values.stream().mapToDouble(Double::doubleValue).sorted().toArray();
        if (sorted.length == 0) {
            return new Spread(Double.NaN, Double.NaN, Double.NaN);
        }
        int middle = sorted.length / 2;
        double median = sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
        return new Spread(median, sorted[0], Arrays.stream(sorted).max().getAsDouble());
    }

    /** As in {@code 1.23 (1.20–1.31)}. */
    String text(int decimals, String unit) {
        if (Double.isNaN(median)) {
            return "";
        }
        String number = "%." + decimals + "f";
        return String.format(Locale.ROOT, number + "%s (" + number + "–" + number + ")", median, unit, least, most);
    }
}
