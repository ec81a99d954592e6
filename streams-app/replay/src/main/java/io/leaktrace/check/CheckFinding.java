package io.leaktrace.check;

import java.util.List;

/**
 * A trouble of some data.
 *
 * @param text what was found, as one or more sentences
 * @param advice what to do about it
 * @param code the sentence that {@code text} is, for translations of it
 * @param values the values in {@code text}, in its order: numbers, names, days; hours as a number, and several custodians
 *     as a list
 */
public record CheckFinding(Level level, Kind kind, String text, String advice, Code code, List<Object> values) {

    /** How much a finding matters; the worst first. */
    public enum Level {
        /** The data cannot answer which custodian leaks. */
        BLOCKER,
        /** Results are usable if the finding is kept in mind. */
        RESERVATION,
        /** Good to know. */
        NOTE
    }

    /** The kinds of findings; of one level, the most important first. {@code docs/check.md} explains each. */
    public enum Kind {
        NO_ORDERS,
        NO_CUSTODIANS,
        NO_CONTACTS,
        TOO_SHORT,
        SPANS_APART,
        BUYERS_UNKNOWN,
        SHORT,
        CLOCK,
        ROLE_MISSING,
        DATES_ONLY,
        ROWS_LEFT_OUT,
        DUPLICATES,
        GAP,
        TOGETHER,
        ROLE_INCOMPLETE,
        CONTACTS_PARTLY,
        BUYERS_PARTLY_UNKNOWN,
        FEW_CONTACTS,
        LOW_POWER,
        NOTHING_DISCLOSED,
        FEW_REPEAT_BUYERS
    }

    /** The sentences of findings, most of them the only one of their kind. */
    public enum Code {
        NO_ORDERS(Kind.NO_ORDERS),
        NO_CUSTODIANS(Kind.NO_CUSTODIANS),
        NO_CONTACTS(Kind.NO_CONTACTS),
        TOO_SHORT(Kind.TOO_SHORT),
        SPANS_APART(Kind.SPANS_APART),
        BUYERS_UNKNOWN(Kind.BUYERS_UNKNOWN),
        BUYERS_OF_SOURCE_UNKNOWN(Kind.BUYERS_UNKNOWN),
        SHORT(Kind.SHORT),
        CLOCK_QUOTED(Kind.CLOCK),
        CLOCK_CONTACTS_FIRST(Kind.CLOCK),
        CLOCK_SOURCES(Kind.CLOCK),
        CLOCK_CUSTODIANS(Kind.CLOCK),
        CLOCK_STEPS(Kind.CLOCK),
        CLOCK_PAID(Kind.CLOCK),
        CLOCK_HOURS(Kind.CLOCK),
        CLOCK_NIGHT(Kind.CLOCK),
        ROLE_MISSING(Kind.ROLE_MISSING),
        DATES_ONLY_CONTACTS(Kind.DATES_ONLY),
        DATES_ONLY_ORDERS(Kind.DATES_ONLY),
        ROWS_LEFT_OUT(Kind.ROWS_LEFT_OUT),
        DUPLICATES(Kind.DUPLICATES),
        GAP(Kind.GAP),
        GAPS(Kind.GAP),
        TOGETHER(Kind.TOGETHER),
        ROLE_INCOMPLETE(Kind.ROLE_INCOMPLETE),
        CONTACTS_PARTLY(Kind.CONTACTS_PARTLY),
        BUYERS_PARTLY_UNKNOWN(Kind.BUYERS_PARTLY_UNKNOWN),
        FEW_CONTACTS(Kind.FEW_CONTACTS),
        LOW_POWER(Kind.LOW_POWER),
        NOTHING_DISCLOSED(Kind.NOTHING_DISCLOSED),
        FEW_REPEAT_BUYERS(Kind.FEW_REPEAT_BUYERS);

        private final Kind kind;

        Code(Kind kind) {
            this.kind = kind;
        }

        /** Kind of the finding. */
        public Kind kind() {
            return kind;
        }
    }
}
