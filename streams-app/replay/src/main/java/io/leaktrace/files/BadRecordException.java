package io.leaktrace.files;

/** A record that cannot be read; its message says why, for a person. Carries no stack trace: files may be full of them. */
public final class BadRecordException extends Exception {

    private static final long serialVersionUID = 1L;

    public BadRecordException(String reason) {
        super(reason, null, false, false);
    }
}
