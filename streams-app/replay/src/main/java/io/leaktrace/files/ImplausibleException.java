package io.leaktrace.files;

/** A record is readable but implausible; thrown by the consumer of a reader's records, so that the line is left out. */
public class ImplausibleException extends RuntimeException {

    private static final long serialVersionUID = 1;

    public ImplausibleException(String reason) {
        super(reason);
    }
}
