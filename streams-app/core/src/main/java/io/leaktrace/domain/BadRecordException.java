package io.leaktrace.domain;

/** A record cannot be read; the message is readable text. Has no stack trace, since an input may cause very many. */
public final class BadRecordException extends Exception {

    private static final long serialVersionUID = 1L;

    private final String field;

    public BadRecordException(String reason) {
        this(null, reason);
    }

    /** @param field the field that cannot be read, by its name in a mapping; null if it is not one of a mapping */
    public BadRecordException(String field, String reason) {
        super(reason, null, false, false);
        this.field = field;
    }

    /** Returns the field that cannot be read; null if it is not one of a mapping. */
    public String field() {
        return field;
    }
}
