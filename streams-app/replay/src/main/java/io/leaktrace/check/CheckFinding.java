package io.leaktrace.check;

/**
 * A trouble of some data.
 *
 * @param text what was found, as one or more sentences
 * @param advice what to do about it
 */
public record CheckFinding(Level level, Kind kind, String text, String advice) {

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
}
