package io.leaktrace.files;

/** Told of every line that was set aside; the lines around it are read as if it were not there. */
@FunctionalInterface
public interface BadLineListener {

    void onBadLine(BadLine line);

    /** Called with a CSV file once it has been read to its end. */
    default void onFileRead(FileTally tally) {}
}
