package io.leaktrace.testing;

import io.leaktrace.files.BadLine;
import io.leaktrace.files.ProgressListener;

/** Listeners of commands for tests that do not watch the progress. */
public final class Listeners {

    /** Prints bad lines. */
    public static final ProgressListener PRINTING = new ProgressListener() {
        @Override
        public void onProgress(String step, long done, long total) {
            // Nobody watches.
        }

        @Override
        public void onBadLine(BadLine line) {
            System.out.println(line);
        }
    };

    /** Fails the test at a bad line. */
    public static final ProgressListener NO_BAD_LINES = new ProgressListener() {
        @Override
        public void onProgress(String step, long done, long total) {
            // Nobody watches.
        }

        @Override
        public void onBadLine(BadLine line) {
            throw new AssertionError(line.toString());
        }
    };

    private Listeners() {}
}
