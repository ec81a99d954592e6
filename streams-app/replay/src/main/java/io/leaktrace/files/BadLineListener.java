package io.leaktrace.files;

/** Listener for lines that were left out; the other lines of the file are read all the same. */
@FunctionalInterface
public interface BadLineListener {

    void onBadLine(BadLine line);

    /** Called with a CSV file once it has been read to its end. */
    default void onFileRead(FileTally tally) {}
}
