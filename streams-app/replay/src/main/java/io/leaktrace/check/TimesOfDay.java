package io.leaktrace.check;

import io.leaktrace.domain.EventTime;
import java.util.Arrays;

/** The times of day, in UTC, of a series of records. */
final class TimesOfDay {

    static final int HOURS = 24;

    private static final int MINUTES = 24 * 60;

    /** With fewer records, or hours closer to uniform, a mean hour is chance (Rayleigh's test: n r² is then below 10). */
    private static final double CLEAR = 30;

    private static final double LEAST_CONCENTRATION = 0.1;

    /** Common part of two distributions over the hours from which on they have one pattern, and below which they differ. */
    private static final double SAME_PATTERN = 0.8;

    private static final double OTHER_PATTERN = 0.7;

    /** Length of the quietest part of the day, in hours, and the highest share of records in it. */
    private static final int NIGHT = 5;

    private static final double QUIET = 0.06;

    private final long[] hours = new long[HOURS];

    /** Times that are whole minutes or the last millisecond of one, by minute. */
    private final long[] wholeMinutes = new long[MINUTES];

    private long count;

    void add(long time) {
        long ofDay = Math.floorMod(time, EventTime.DAY);
        count++;
        hours[(int) (ofDay / EventTime.HOUR)]++;
        long rest = ofDay % EventTime.MINUTE;
        if (rest == 0 || rest == EventTime.MINUTE - 1) {
            wholeMinutes[(int) (ofDay / EventTime.MINUTE)]++;
        }
    }

    void add(TimesOfDay other) {
        count += other.count;
        Arrays.setAll(hours, hour -> hours[hour] + other.hours[hour]);
        Arrays.setAll(wholeMinutes, minute -> wholeMinutes[minute] + other.wholeMinutes[minute]);
    }

    long count() {
        return count;
    }

    /** Share of the records at the most frequent whole minute of the day. */
    double sameMinute() {
        return count == 0 ? 0 : Arrays.stream(wholeMinutes).max().orElse(0) / (double) count;
    }

    /** That minute, as in 16:00. */
    String minute() {
        int most = 0;
        for (int minute = 1; minute < MINUTES; minute++) {
            most = wholeMinutes[minute] > wholeMinutes[most] ? minute : most;
        }
        return String.format("%02d:%02d", most / 60, most % 60);
    }

    /** The mean direction of the hours, in [0, 24); NaN if there is no clear one. */
    double meanHour() {
        return meanHour(hours);
    }

    static double meanHour(long[] hours) {
        double sin = 0;
        double cos = 0;
        long all = 0;
        for (int hour = 0; hour < HOURS; hour++) {
            double angle = 2 * Math.PI * (hour + 0.5) / HOURS;
            sin += hours[hour] * StrictMath.sin(angle);
            cos += hours[hour] * StrictMath.cos(angle);
            all += hours[hour];
        }
        double length = StrictMath.sqrt(sin * sin + cos * cos);
        if (all == 0 || length * length / all < CLEAR || length / all < LEAST_CONCENTRATION) {
            return Double.NaN;
        }
        double hour = StrictMath.atan2(sin, cos) / (2 * Math.PI) * HOURS;
        return hour < 0 ? hour + HOURS : hour;
    }

    /**
     * Returns by how many hours a series is later than one with the same daily pattern, in [−11, 12]; 0 if it is not
     * shifted clearly, or has another pattern.
     */
    static int shift(long[] hours, long[] usual) {
        int best = 0;
        for (int shift = 1; shift < HOURS; shift++) {
            best = overlap(hours, usual, shift) > overlap(hours, usual, best) ? shift : best;
        }
        boolean isClear = overlap(hours, usual, best) >= SAME_PATTERN && overlap(hours, usual, 0) <= OTHER_PATTERN;
        return !isClear ? 0 : best > HOURS / 2 ? best - HOURS : best;
    }

    /** Returns by how many hours this series is later than another. */
    int shift(TimesOfDay usual) {
        return shift(hours, usual.hours);
    }

    /** The common part of two distributions over the hours, one of them moved back. */
    private static double overlap(long[] hours, long[] usual, int shift) {
        double all = Math.max(1, Arrays.stream(hours).sum());
        double allUsual = Math.max(1, Arrays.stream(usual).sum());
        double overlap = 0;
        for (int hour = 0; hour < HOURS; hour++) {
            overlap += Math.min(hours[(hour + shift) % HOURS] / all, usual[hour] / allUsual);
        }
        return overlap;
    }

    /** First hour of the quietest {@link #NIGHT} hours; −1 if these are not clearly quiet. */
    int night() {
        int best = 0;
        for (int hour = 1; hour < HOURS; hour++) {
            best = nightShare(hour) < nightShare(best) ? hour : best;
        }
        return nightShare(best) <= QUIET ? best : -1;
    }

    /** Share of the records in the night that begins at this hour. */
    double nightShare(int first) {
        long inside = 0;
        for (int i = 0; i < NIGHT; i++) {
            inside += hours[(first + i) % HOURS];
        }
        return count == 0 ? 0 : inside / (double) count;
    }

    /** One hour minus another on the clock, in [−12, 12). */
    static double difference(double hour, double other) {
        double difference = (hour - other) % HOURS;
        return difference < -12 ? difference + HOURS : difference >= 12 ? difference - HOURS : difference;
    }
}
