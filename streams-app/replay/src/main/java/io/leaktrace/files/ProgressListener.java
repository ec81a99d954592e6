package io.leaktrace.files;

/** Receives the progress of a command that reads a history, and its bad lines. */
public interface ProgressListener extends BadLineListener {

    /**
     * @param step what is being done
     * @param done of {@code total}; a total of −1 is not known
     */
    void onProgress(String step, long done, long total);
}
