package io.leaktrace.files;

/** A record cannot be read; the message is readable text. Has no stack trace, since a file may cause very many. */
public final class BadRecordException extends Exception {

    private static final long serialVersionUID = 1L;

    public BadRecordException(String reason) {
        super(reason, null, false, false);
    }
}
