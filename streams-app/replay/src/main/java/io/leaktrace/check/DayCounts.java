package io.leaktrace.check;

import io.leaktrace.domain.EventTime;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Numbers of records by hour, and the days that lack them. */
final class DayCounts {

    /** Share of records at either end that does not count for the span: single wrong dates must not stretch it. */
    private static final double OUTSIDE = 0.005;

    private static final int WEEK = 7;

    /** A day with fewer records than this share of the usual number belongs to a gap. */
    private static final double THIN = 0.1;

    /** A gap is named if it lacks at least this number of records. */
    private static final long LEAST_MISSING = 50;

    private static final int HOURS = 24;

    private final TreeMap<Long, long[]> hours = new TreeMap<>();
    private long all;

    /** The hour of the latest record and its count: most records follow one of the same hour. */
    private long lastHour = Long.MIN_VALUE;

    private long[] lastCount;

    void add(long time) {
        long hour = EventTime.hourOf(time);
        if (hour != lastHour) {
            lastCount = hours.computeIfAbsent(hour, added -> new long[1]);
            lastHour = hour;
        }
        lastCount[0]++;
        all++;
    }

    long all() {
        return all;
    }

    /**
     * First and last hour of a series, in hours since 1970.
     *
     * @param toHour the last hour
     */
    record Span(long fromHour, long toHour) {

        /** The length in days, rounded. */
        long days() {
            return Math.round((toHour + 1 - fromHour) / (double) HOURS);
        }

        long from() {
            return Math.floorDiv(fromHour, HOURS);
        }

        /** The last day. */
        long to() {
            return Math.floorDiv(toHour, HOURS);
        }

        String first() {
            return LocalDate.ofEpochDay(from()).toString();
        }

        String last() {
            return LocalDate.ofEpochDay(to()).toString();
        }

        long start() {
            return fromHour * EventTime.HOUR;
        }

        long end() {
            return (toHour + 1) * EventTime.HOUR;
        }
    }

    /** The span without the outermost records, or null without a record. */
    Span span() {
        return span(OUTSIDE);
    }

    /** The span without this share of the records at either end, or null without a record. */
    Span span(double share) {
        if (all == 0) {
            return null;
        }
        long outside = (long) (share * all);
        return new Span(hourAt(outside), hourAt(all - 1 - outside));
    }

    /** The hour of the record at this place, in the order of time. */
    private long hourAt(long place) {
        long before = 0;
        for (Map.Entry<Long, long[]> hour : hours.entrySet()) {
            before += hour.getValue()[0];
            if (before > place) {
                return hour.getKey();
            }
        }
        return hours.lastKey();
    }

    private long on(long day) {
        return hours.subMap(day * HOURS, (day + 1) * HOURS).values().stream()
                .mapToLong(count -> count[0])
                .sum();
    }

    /** Returns the spans of days within a span that have hardly any record, the first first. */
    List<CheckReport.Gap> gaps(String of, Span within) {
        List<CheckReport.Gap> gaps = new ArrayList<>();
        long from = -1;
        long missing = 0;
        long usual = 0;
        for (long day = within.from() + 1; day <= within.to(); day++) {
            long usualHere = usual(day, within);
            // The last day may be incomplete.
            if (day < within.to() && on(day) < THIN * usualHere) {
                from = from < 0 ? day : from;
                missing += usualHere - on(day);
                usual = Math.max(usual, usualHere);
            } else if (from >= 0) {
                if (missing >= LEAST_MISSING) {
                    gaps.add(new CheckReport.Gap(
                            of,
                            LocalDate.ofEpochDay(from).toString(),
                            LocalDate.ofEpochDay(day - 1).toString(),
                            usual));
                }
                from = -1;
                missing = 0;
                usual = 0;
            }
        }
        return gaps;
    }

    /**
     * The median of the same weekday in the weeks around, or of the days around in a short span. Days without a record do
     * not count: a long gap must not make itself usual.
     */
    private long usual(long day, Span within) {
        return within.days() >= 5 * WEEK ? median(day, within, WEEK, 4) : median(day, within, 1, 2 * WEEK);
    }

    private long median(long day, Span within, int step, int mostOnASide) {
        long[] around = new long[2 * mostOnASide];
        int count = 0;
        for (int direction = -step; direction <= step; direction += 2 * step) {
            int found = 0;
            for (long near = day + direction;
                    near >= within.from() && near <= within.to() && found < mostOnASide;
                    near += direction) {
                if (on(near) > 0) {
                    around[count++] = on(near);
                    found++;
                }
            }
        }
        Arrays.sort(around, 0, count);
        return count == 0 ? 0 : around[count / 2];
    }
}
