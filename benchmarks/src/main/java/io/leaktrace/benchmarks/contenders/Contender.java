package io.leaktrace.benchmarks.contenders;

/** Somebody who does the job: the join of orders with contacts, and the counts. */
public interface Contender extends AutoCloseable {

    /** Does the job over the whole market; this is what is measured. */
    void run() throws Exception;

    /** What it found, as its {@link Claim} describes it. Asked after the run, and not measured. */
    String result() throws Exception;

    /** Bytes of state per touch that is within the contender's retention at the end; NaN if it keeps none. */
    default double stateBytesPerTouch() throws Exception {
        return Double.NaN;
    }

    @Override
    default void close() {
        // Most have closed what they used when the run is over.
    }
}
