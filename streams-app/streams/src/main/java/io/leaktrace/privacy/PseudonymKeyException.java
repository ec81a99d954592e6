package io.leaktrace.privacy;

/** A file contains no valid pseudonym key. */
public final class PseudonymKeyException extends RuntimeException {

    private static final long serialVersionUID = 1;

    PseudonymKeyException(String message) {
        super(message);
    }
}
