package io.leaktrace.cli;

/** The command cannot be carried out as it was given; the message says why. */
public class UsageException extends RuntimeException {

    private static final long serialVersionUID = 1;

    public UsageException(String message) {
        super(message);
    }
}
