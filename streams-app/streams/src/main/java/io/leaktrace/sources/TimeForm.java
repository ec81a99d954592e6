package io.leaktrace.sources;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * The form of a field's times, if it is not one of the usual forms.
 *
 * @param unit of numbers since 1970; null for text
 * @param pattern of text; null for numbers
 */
record TimeForm(Unit unit, DateTimeFormatter pattern) {

    enum Unit {
        SECONDS(3),
        MILLIS(0),
        MICROS(-3),
        NANOS(-6);

        /** Power of ten by which a number is multiplied to give milliseconds. */
        private final int millis;

        Unit(int millis) {
            this.millis = millis;
        }
    }

    /**
     * Parses a unit, or a pattern as of {@link DateTimeFormatter}.
     *
     * @throws IllegalArgumentException if it is neither, with the reason
     */
    static TimeForm parse(String text) {
        for (Unit unit : Unit.values()) {
            if (unit.name().equalsIgnoreCase(text)) {
                return new TimeForm(unit, null);
            }
        }
        List<String> units = Arrays.stream(Unit.values())
                .map(unit -> unit.name().toLowerCase(Locale.ROOT))
                .toList();
        String known = "one of " + String.join(", ", units) + ", or a pattern as in dd/MM/yyyy HH:mm:ss";
        try {
            DateTimeFormatter pattern = DateTimeFormatter.ofPattern(text, Locale.ENGLISH);
            // A pattern without a date reads no time.
            pattern.parseBest(
                    pattern.format(Instant.EPOCH.atOffset(ZoneOffset.UTC)),
                    OffsetDateTime::from,
                    LocalDateTime::from,
                    LocalDate::from);
            return new TimeForm(null, pattern);
        } catch (IllegalArgumentException | DateTimeException e) {
            throw new IllegalArgumentException("'" + text + "' is no form of times; it is " + known, e);
        }
    }

    /**
     * Returns the time as an OffsetDateTime, a LocalDateTime or a LocalDate.
     *
     * @throws DateTimeException if the text has another form
     * @throws ArithmeticException if the number is too large for a time
     * @throws NumberFormatException if the text is no number
     */
    Object read(String text) {
        return pattern != null
                ? pattern.parseBest(text, OffsetDateTime::from, LocalDateTime::from, LocalDate::from)
                : Instant.ofEpochMilli(new BigDecimal(text)
                                .scaleByPowerOfTen(unit.millis)
                                .setScale(0, RoundingMode.FLOOR)
                                .longValueExact())
                        .atOffset(ZoneOffset.UTC);
    }
}
