package io.leaktrace.runtime;

import io.leaktrace.domain.Custodian;
import io.leaktrace.domain.EventTime;
import io.leaktrace.domain.Role;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Pattern;

/** The values that a setting accepts. */
interface SettingType {

    /** Longest duration: a hundred years. */
    long LONGEST_DURATION = 36_500 * EventTime.DAY;

    /** Any text. */
    SettingType TEXT = (key, value) -> List.of();

    /**
     * Returns what is wrong with a value, as sentences that name the setting; empty if it is accepted.
     *
     * @param key of the setting
     */
    List<String> problems(String key, String value);

    /** A whole number from {@code least} to {@code most}. */
    static SettingType whole(long least, long most) {
        return number(least, most, true);
    }

    /** A number from {@code least} to {@code most}. */
    static SettingType number(double least, double most) {
        return number(least, most, false);
    }

    private static SettingType number(double least, double most, boolean whole) {
        return (key, value) -> {
            try {
                double number = Double.parseDouble(value);
                if (number >= least && number <= most && (!whole || number == Math.rint(number))) {
                    return List.of();
                }
            } catch (NumberFormatException e) {
                // Reported below, as any other value that is not accepted.
            }
            return List.of(key + " must be a " + (whole ? "whole " : "") + "number from " + text(least) + " to "
                    + text(most) + ", not '" + value + "'");
        };
    }

    private static String text(double bound) {
        return bound == Math.rint(bound) && Math.abs(bound) < 1e15
                ? Long.toString((long) bound)
                : Double.toString(bound);
    }

    /** A duration such as {@code 10m}, at least {@code least} ms. */
    static SettingType duration(long least) {
        return (key, value) -> {
            try {
                long duration = Settings.span(value);
                if (duration < least) {
                    return List.of(key + " is too short: '" + value + "'");
                }
                return duration > LONGEST_DURATION
                        ? List.of(key + " is too long: '" + value + "'; at most 36500d")
                        : List.of();
            } catch (ArithmeticException e) {
                return List.of(key + " is too long; at most 36500d");
            } catch (IllegalArgumentException e) {
                return List.of(key + " must be a time such as 90s, 10m, 6h or 14d, not '" + value + "'");
            }
        };
    }

    /** Whole hours that {@code accepted} holds for; {@code rule} says what is accepted. */
    static SettingType hours(String rule, Predicate<Long> accepted) {
        return (key, value) -> {
            List<String> problems = duration(EventTime.HOUR).problems(key, value);
            if (!problems.isEmpty()) {
                return problems;
            }
            long duration = Settings.span(value);
            return duration % EventTime.HOUR == 0 && accepted.test(duration)
                    ? List.of()
                    : List.of(key + " must be whole hours" + rule + ", not '" + value + "'");
        };
    }

    /** One of these words. */
    static SettingType oneOf(String... words) {
        StringBuilder rule = new StringBuilder("must be ");
        for (int i = 0; i < words.length; i++) {
            rule.append(i == 0 ? "" : i == words.length - 1 ? " or " : ", ")
                    .append('\'')
                    .append(words[i])
                    .append('\'');
        }
        return rule(Set.of(words)::contains, rule.toString());
    }

    /** Text that matches a pattern; {@code rule} says what is accepted. */
    static SettingType matching(String pattern, String rule) {
        return rule(Pattern.compile(pattern).asMatchPredicate(), rule);
    }

    /** Names of topics, separated by commas, or nothing. */
    static SettingType topics() {
        return matching(
                "|[A-Za-z0-9._-]{1,249}(\\s*,\\s*[A-Za-z0-9._-]{1,249})*",
                "must be names of topics, separated by commas");
    }

    private static SettingType rule(Predicate<String> accepted, String rule) {
        return (key, value) -> accepted.test(value) ? List.of() : List.of(key + " " + rule + ", not '" + value + "'");
    }

    /** Roles, and custodians as {@code ROLE:id}, separated by commas, or nothing. */
    static SettingType custodians() {
        return (key, value) -> {
            List<String> problems = new ArrayList<>();
            for (String name : value.split("\\s*,\\s*")) {
                try {
                    if (!name.isEmpty()) {
                        Custodian.parse(name.contains(":") ? name : name + ":any");
                    }
                } catch (IllegalArgumentException e) {
                    problems.add(key + ": " + e.getMessage() + "; there are " + EnumSet.allOf(Role.class));
                }
            }
            return problems;
        };
    }

    /** Names of an enum's constants, separated by commas, or nothing. */
    static <E extends Enum<E>> SettingType names(Class<E> type, String what) {
        return (key, value) -> {
            List<String> problems = new ArrayList<>();
            for (String name : value.split("\\s*,\\s*")) {
                if (!name.isEmpty()
                        && EnumSet.allOf(type).stream()
                                .noneMatch(one -> one.name().equals(name))) {
                    problems.add(key + ": there is no " + what + " '" + name + "'; there are " + EnumSet.allOf(type));
                }
            }
            return problems;
        };
    }
}
