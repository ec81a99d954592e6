package io.leaktrace.runtime;

/** The pipeline cannot start; the message says why and what to do. */
public class StartException extends RuntimeException {

    private static final long serialVersionUID = 1;

    public StartException(String message) {
        super(message);
    }

    public StartException(String message, Throwable cause) {
        super(message, cause);
    }
}
