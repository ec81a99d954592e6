package io.leaktrace.files;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.temporal.ChronoUnit;

/**
 * Parser for the times in files. Nearly all look like {@code 2014-07-22T09:30:00+08:00} or
 * {@code 2014-07-22T01:30:00.125Z}; these are parsed without a formatter, which would take most of the time of loading
 * a file. All others go to the formatter, which also decides what is not a time.
 */
final class JsonLinesTime {

    private static final int[] DAYS_BEFORE_MONTH = {0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334};
    private static final int[] DAYS_OF_MONTH = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    private static final long DAYS_UNTIL_1970 = 719_162;
    private static final long NOT_PLAIN = Long.MIN_VALUE;

    private JsonLinesTime() {}

    /**
     * Parses a time with an offset or Z, truncated to milliseconds.
     *
     * @throws DateTimeException if it is not one
     */
    static Instant parse(String text) {
        long millis = plainMillis(text);
        return millis != NOT_PLAIN
                ? Instant.ofEpochMilli(millis)
                : OffsetDateTime.parse(text).toInstant().truncatedTo(ChronoUnit.MILLIS);
    }

    private static long plainMillis(String text) {
        int length = text.length();
        if (length < 20
                || text.charAt(4) != '-'
                || text.charAt(7) != '-'
                || text.charAt(10) != 'T'
                || text.charAt(13) != ':'
                || text.charAt(16) != ':') {
            return NOT_PLAIN;
        }
        int year = digits(text, 0, 4);
        int month = digits(text, 5, 7);
        int day = digits(text, 8, 10);
        int hour = digits(text, 11, 13);
        int minute = digits(text, 14, 16);
        int second = digits(text, 17, 19);
        if (year < 1 || month < 1 || month > 12 || day < 1 || hour < 0 || hour > 23) {
            return NOT_PLAIN;
        }
        if (minute < 0 || minute > 59 || second < 0 || second > 59 || day > daysOf(year, month)) {
            return NOT_PLAIN;
        }
        int at = 19;
        int millis = 0;
        if (text.charAt(at) == '.') {
            int from = ++at;
            while (at < length && text.charAt(at) >= '0' && text.charAt(at) <= '9') {
                at++;
            }
            if (at == from || at - from > 9) {
                return NOT_PLAIN;
            }
            for (int i = 0; i < 3; i++) {
                millis = millis * 10 + (from + i < at ? text.charAt(from + i) - '0' : 0);
            }
        }
        int offsetSeconds = offsetSeconds(text, at);
        if (offsetSeconds == Integer.MIN_VALUE) {
            return NOT_PLAIN;
        }
        long days = daysSince1970(year, month, day);
        return ((days * 24 + hour) * 60 + minute) * 60_000L + (second - offsetSeconds) * 1000L + millis;
    }

    /** The offset that ends the text, from {@code at}; {@code Integer.MIN_VALUE} if that is not Z or ±HH:MM. */
    private static int offsetSeconds(String text, int at) {
        int left = text.length() - at;
        if (left == 1 && text.charAt(at) == 'Z') {
            return 0;
        }
        if (left != 6 || text.charAt(at + 3) != ':') {
            return Integer.MIN_VALUE;
        }
        int hours = digits(text, at + 1, at + 3);
        int minutes = digits(text, at + 4, at + 6);
        if (hours < 0 || hours > 17 || minutes < 0 || minutes > 59) {
            return Integer.MIN_VALUE;
        }
        int seconds = hours * 3600 + minutes * 60;
        return switch (text.charAt(at)) {
            case '+' -> seconds;
            case '-' -> -seconds;
            default -> Integer.MIN_VALUE;
        };
    }

    /** The number written from {@code from} (inclusive) to {@code to} (exclusive), or -1 if it has other characters. */
    private static int digits(String text, int from, int to) {
        int number = 0;
        for (int i = from; i < to; i++) {
            char c = text.charAt(i);
            if (c < '0' || c > '9') {
                return -1;
            }
            number = number * 10 + (c - '0');
        }
        return number;
    }

    private static boolean isLeap(int year) {
        return (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
    }

    private static int daysOf(int year, int month) {
        return month == 2 && isLeap(year) ? 29 : DAYS_OF_MONTH[month - 1];
    }

    private static long daysSince1970(int year, int month, int day) {
        long before = year - 1L;
        long days = before * 365 + before / 4 - before / 100 + before / 400;
        int leapDay = month > 2 && isLeap(year) ? 1 : 0;
        return days + DAYS_BEFORE_MONTH[month - 1] + leapDay + day - 1 - DAYS_UNTIL_1970;
    }
}
