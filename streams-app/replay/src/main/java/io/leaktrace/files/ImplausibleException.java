package io.leaktrace.files;

/** A record can be read, but what it says cannot be; whoever takes records from a reader tells it by this. */
public class ImplausibleException extends RuntimeException {

    private static final long serialVersionUID = 1;

    public ImplausibleException(String reason) {
        super(reason);
    }
}
