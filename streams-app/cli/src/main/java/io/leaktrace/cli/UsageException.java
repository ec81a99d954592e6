package io.leaktrace.cli;

/** The command line is wrong; the message is a sentence for the user that says why. */
public class UsageException extends RuntimeException {

    private static final long serialVersionUID = 1;

    public UsageException(String message) {
        super(message);
    }
}
