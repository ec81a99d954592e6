package io.leaktrace.api;

/** An error response. */
final class Problem extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final int status;

    /**
     * @param status HTTP status
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
            case 400 -> "Bad request";
            case 401 -> "Not authenticated";
            case 403 -> "Not allowed";
            case 404 -> "Not found";
            case 415 -> "Wrong content type";
            case 503 -> "Not ready";
            default -> "Failed";
        };
    }
}
