package io.leaktrace.engine;

import io.leaktrace.domain.Correlation;
import io.leaktrace.domain.Correlation.Progress;
import io.leaktrace.domain.Finding;
import io.leaktrace.domain.InputCounts;
import io.leaktrace.localize.EpochResult;
import io.leaktrace.localize.MarketBook;

/**
 * The second stage: adds correlations to a {@link MarketBook}, saves it in a store, and closes epochs as soon as they
 * are complete.
 *
 * <p>Not safe for use by several threads.
 */
public final class LocalizeStage {

    /** Number of other custodians whose explanations are published with the suspects' at the end of a day. */
    private static final int EXPLAINED_OTHERS = 100;

    private final MarketBook book;
    private final MarketStore store;
    private final Listener listener;

    /** Receives findings. */
    public interface Listener {

        /** @param end end of the estimated epoch, in epoch milliseconds */
        void onFinding(Finding finding, long end);

        /** Called when an epoch was closed and all its findings were passed on. */
        default void onClosed(EpochResult solution, MarketBook book) {}
    }

    /** Restores the book from the store. */
    public LocalizeStage(MarketBook book, MarketStore store, Listener listener) {
        this.book = book;
        this.store = store;
        this.listener = listener;
        store.restore(book);
    }

    /** Processes an output of the first stage, and passes findings to the listener. */
    public void accept(Correlation correlation) {
        boolean late = book.accept(correlation);
        store.save(correlation, late, book.counts());
        if (correlation instanceof Progress) {
            while (book.closable().isPresent()) {
                EpochResult solution = book.close();
                store.save(solution, book);
                publish(solution);
            }
        }
    }

    private void publish(EpochResult solution) {
        long end = solution.market().closed();
        book.published(solution).forEach(suspect -> listener.onFinding(suspect, end));
        solution.alerts().forEach(alert -> listener.onFinding(alert, end));
        solution.evidence().forEach(evidence -> listener.onFinding(evidence, end));
        int others = book.publishesAll(solution) ? EXPLAINED_OTHERS : 0;
        solution.explainer().explain(others).forEach(explanation -> listener.onFinding(explanation, end));
        // Last, so that the other findings of the epoch are complete when it is read.
        listener.onFinding(solution.epoch(), end);
        listener.onClosed(solution, book);
    }

    /** Returns the counts of the epochs that are still open. */
    public InputCounts open() {
        return book.counts().values().stream().reduce(InputCounts.NONE, InputCounts::plus);
    }
}
