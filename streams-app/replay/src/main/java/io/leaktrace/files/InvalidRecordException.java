package io.leaktrace.files;

/** A record is readable but implausible; thrown by the consumer of a reader's records, so that the line is left out. */
public class InvalidRecordException extends RuntimeException {

    private static final long serialVersionUID = 1;

    public InvalidRecordException(String reason) {
        super(reason);
    }
}
