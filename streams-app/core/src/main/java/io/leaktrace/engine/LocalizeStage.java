package io.leaktrace.engine;

import io.leaktrace.domain.Correlation;
import io.leaktrace.domain.Correlation.Progress;
import io.leaktrace.domain.Finding;
import io.leaktrace.domain.InputCounts;
import io.leaktrace.localize.MarketBook;
import io.leaktrace.localize.Solution;

/**
 * The second stage: a {@link MarketBook}, kept in a store, whose epochs are closed as soon as they can be.
 *
 * <p>Not safe for use by several threads.
 */
public final class LocalizeStage {

    /** At the end of a day, why so many others stand where they stand is told beside the suspects'. */
    private static final int EXPLAINED_BESIDES = 100;

    private final MarketBook book;
    private final MarketStore store;
    private final Listener listener;

    /** Is told what is found. */
    public interface Listener {

        /** @param end of the epoch that was solved, in epoch milliseconds */
        void onFinding(Finding finding, long end);

        /** An epoch was closed, and all that it found has been told. */
        default void onClosed(Solution solution, MarketBook book) {}
    }

    /** Takes up what the store holds from before. */
    public LocalizeStage(MarketBook book, MarketStore store, Listener listener) {
        this.book = book;
        this.store = store;
        this.listener = listener;
        store.restore(book);
    }

    /** Takes what the first stage has said, and tells the listener what is found by it. */
    public void accept(Correlation correlation) {
        boolean late = book.accept(correlation);
        store.keep(correlation, late, book.counts());
        if (correlation instanceof Progress) {
            while (book.closable().isPresent()) {
                Solution solution = book.close();
                store.keep(solution, book);
                tell(solution);
            }
        }
    }

    private void tell(Solution solution) {
        long end = solution.market().closed();
        book.published(solution).forEach(suspect -> listener.onFinding(suspect, end));
        solution.alerts().forEach(alert -> listener.onFinding(alert, end));
        solution.evidence().forEach(evidence -> listener.onFinding(evidence, end));
        int besides = book.publishesAll(solution) ? EXPLAINED_BESIDES : 0;
        solution.explainer().explain(besides).forEach(explanation -> listener.onFinding(explanation, end));
        // Last, so that whoever sees it can rely on having the rest.
        listener.onFinding(solution.epoch(), end);
        listener.onClosed(solution, book);
    }

    /** What has been counted for epochs that are still open. */
    public InputCounts open() {
        return book.counts().values().stream().reduce(InputCounts.NONE, InputCounts::plus);
    }
}
