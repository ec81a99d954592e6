package io.leaktrace.embedded;

/** Another process uses the folder; the message names the process and says what to do. */
public final class FolderInUseException extends RuntimeException {

    private static final long serialVersionUID = 1;

    FolderInUseException(String message) {
        super(message);
    }
}
