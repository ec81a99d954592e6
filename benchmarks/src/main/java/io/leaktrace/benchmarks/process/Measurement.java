package io.leaktrace.benchmarks.process;

import java.util.Map;
import java.util.TreeMap;

/**
 * One run of one contender.
 *
 * @param result what it found, as {@link io.leaktrace.benchmarks.contenders.Claim} describes it
 * @param stateBytesPerTouch bytes of state per touch that is within the contender's retention; NaN if it has none
 */
public record Measurement(
        double cpuSeconds, double wallSeconds, long peakBytes, String result, double stateBytesPerTouch) {

    Map<String, String> asMap() {
        Map<String, String> values = new TreeMap<>();
        values.put("cpuSeconds", Double.toString(cpuSeconds));
        values.put("wallSeconds", Double.toString(wallSeconds));
        values.put("peakBytes", Long.toString(peakBytes));
        values.put("result", result);
        values.put("stateBytesPerTouch", Double.toString(stateBytesPerTouch));
        return values;
    }

    static Measurement of(Map<String, String> values) {
        return new Measurement(
                Double.parseDouble(values.get("cpuSeconds")),
                Double.parseDouble(values.get("wallSeconds")),
                Long.parseLong(values.get("peakBytes")),
                values.get("result"),
                Double.parseDouble(values.get("stateBytesPerTouch")));
    }
}
