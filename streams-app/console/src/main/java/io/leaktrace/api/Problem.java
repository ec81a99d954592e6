package io.leaktrace.api;

/** An answer that is an error. */
final class Problem extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final int status;

    /**
     * @param status of HTTP
     * @param detail what happened and what to do
     */
    Problem(int status, String detail) {
        super(detail);
        this.status = status;
    }

    int status() {
        return status;
    }

    String title() {
        return switch (status) {
            case 400 -> "Wrong request";
            case 401 -> "Who are you?";
            case 403 -> "Not allowed";
            case 404 -> "Not found";
            case 415 -> "Wrong type of content";
            case 503 -> "Not ready";
            default -> "Failed";
        };
    }
}
