package io.leaktrace.fields;

import io.leaktrace.domain.BadRecordException;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.time.zone.ZoneOffsetTransition;
import java.time.zone.ZoneRules;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Reader of times in the values of a mapping. A time without an offset is local time of a zone: one that exists twice, as clocks are set
 * back, is the earlier one, and one that does not exist, as they are set forward, is moved forward by the same gap. Both
 * are counted, and so are times without an offset.
 */
public final class TimeReader {

    /** Year, month and day with {@code -}, {@code /}, {@code .} or 年月日 between them, then the time and the offset. */
    private static final Pattern TEXT =
            Pattern.compile("(\\d{4})([-/.年])(\\d{1,2})[-/.月](\\d{1,2})日?(?:[Tt\\s]\\s*(\\d{1,2})[:：](\\d{2})"
                    + "(?:[:：](\\d{2})(?:[.,](\\d{1,9}))?)?\\s*([Zz]|[+-]\\d{2}(?::?\\d{2})?)?)?");

    private static final Pattern DIGITS = Pattern.compile("\\d{8}|\\d{10}|\\d{13,14}|\\d{16}");

    private final ZoneId zone;
    private final String otherForms;
    private final ZoneRules rules;
    private long local;
    private long unclear;

    /**
     * @param zone of times without an offset
     * @param otherForms what to do about times in other forms, for messages
     */
    public TimeReader(ZoneId zone, String otherForms) {
        this.zone = zone;
        this.otherForms = otherForms;
        this.rules = zone.getRules();
    }

    /**
     * A moment, or a whole day.
     *
     * @param first the moment, or the first millisecond of the day
     * @param last the moment, or the last millisecond of the day
     */
    public record Span(Instant first, Instant last) {

        /** Returns whether it is a whole day. */
        public boolean isDay() {
            return !first.equals(last);
        }
    }

    /** Returns the number of times without an offset. */
    public long local() {
        return local;
    }

    /** Returns the number of local times that exist twice or not at all. */
    public long unclear() {
        return unclear;
    }

    /**
     * Reads a value of a field.
     *
     * @param value text, a number (a Unix time in seconds, milliseconds or microseconds, or the digits of a date or a
     *     date and time), an OffsetDateTime, a LocalDateTime or a LocalDate; not null
     * @throws BadRecordException if it is no time
     */
    public Span read(Object value, String field) throws BadRecordException {
        try {
            if (value instanceof OffsetDateTime at) {
                return moment(at.toInstant());
            }
            if (value instanceof LocalDateTime at) {
                return moment(instant(at));
            }
            if (value instanceof LocalDate day) {
                return day(day);
            }
            String text = value.toString().strip();
            return DIGITS.matcher(text).matches() ? digits(text) : text(text, field);
        } catch (DateTimeException | ArithmeticException e) {
            throw noTime(value.toString(), field);
        }
    }

    private static Span moment(Instant at) {
        Instant millis = at.truncatedTo(ChronoUnit.MILLIS);
        return new Span(millis, millis);
    }

    private Span day(LocalDate day) {
        Instant first = instant(day.atStartOfDay());
        Instant next = day.plusDays(1).atStartOfDay(zone).toInstant();
        return new Span(first, next.minusMillis(1));
    }

    private Instant instant(LocalDateTime at) {
        local++;
        List<ZoneOffset> offsets = rules.getValidOffsets(at);
        if (offsets.size() == 1) {
            return at.toInstant(offsets.get(0));
        }
        unclear++;
        if (offsets.isEmpty()) {
            ZoneOffsetTransition gap = rules.getTransition(at);
            return at.toInstant(gap.getOffsetBefore());
        }
        return at.toInstant(offsets.get(0));
    }

    private Span digits(String text) {
        long number = Long.parseLong(text);
        return switch (text.length()) {
            case 8 -> day(LocalDate.of((int) (number / 10_000), (int) (number / 100 % 100), (int) (number % 100)));
            case 14 ->
                moment(instant(LocalDateTime.of(
                        LocalDate.of(
                                Integer.parseInt(text, 0, 4, 10),
                                Integer.parseInt(text, 4, 6, 10),
                                Integer.parseInt(text, 6, 8, 10)),
                        LocalTime.of(
                                Integer.parseInt(text, 8, 10, 10),
                                Integer.parseInt(text, 10, 12, 10),
                                Integer.parseInt(text, 12, 14, 10)))));
            case 10 -> moment(Instant.ofEpochSecond(number));
            case 13 -> moment(Instant.ofEpochMilli(number));
            default -> moment(Instant.EPOCH.plus(number, ChronoUnit.MICROS));
        };
    }

    private Span text(String text, String field) throws BadRecordException {
        Matcher parts = TEXT.matcher(text);
        if (!parts.matches()) {
            throw noTime(text, field);
        }
        LocalDate day = LocalDate.of(
                Integer.parseInt(parts.group(1)), Integer.parseInt(parts.group(3)), Integer.parseInt(parts.group(4)));
        if (parts.group(5) == null) {
            return day(day);
        }
        String fraction = parts.group(8) == null ? "0" : parts.group(8);
        int nanos = Integer.parseInt((fraction + "00000000").substring(0, 9));
        LocalDateTime at = day.atTime(
                Integer.parseInt(parts.group(5)),
                Integer.parseInt(parts.group(6)),
                parts.group(7) == null ? 0 : Integer.parseInt(parts.group(7)),
                nanos);
        return parts.group(9) == null
                ? moment(instant(at))
                : moment(at.toInstant(ZoneOffset.of(parts.group(9).toUpperCase(java.util.Locale.ROOT))));
    }

    private BadRecordException noTime(String text, String field) {
        String shown = text.length() > 40 ? text.substring(0, 40) + "…" : text;
        return new BadRecordException(
                field,
                "'" + field + "' is no time as in 2024-07-22 09:30:00: '" + shown.replaceAll("\\p{Cntrl}+", " ") + "'; "
                        + otherForms);
    }
}
