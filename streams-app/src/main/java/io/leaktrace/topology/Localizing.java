package io.leaktrace.topology;

import io.leaktrace.domain.Correlation;
import io.leaktrace.domain.Correlation.Progress;
import io.leaktrace.domain.Finding;
import io.leaktrace.domain.InputCounts;
import io.leaktrace.localize.MarketBook;
import io.leaktrace.localize.Solution;

/** The second stage: a {@link MarketBook}, kept in its stores, whose epochs are closed as soon as they can be. */
final class Localizing {

    /** At the end of a day, why so many others stand where they stand is told beside the suspects'. */
    private static final int EXPLAINED_BESIDES = 100;

    private final MarketBook book;
    private final MarketStores stores;
    private final Listener listener;

    /** Is told what is found. */
    interface Listener {

        /** @param end of the epoch that was solved, in epoch milliseconds */
        void onFinding(Finding finding, long end);

        /** An epoch was closed, and all that it found has been told. */
        default void onClosed(Solution solution, MarketBook book) {}
    }

    /** Takes up what the stores hold from before. */
    Localizing(MarketBook book, MarketStores stores, Listener listener) {
        this.book = book;
        this.stores = stores;
        this.listener = listener;
        stores.restore(book);
    }

    /** Takes what a correlate task told, and tells what is found by it. */
    void accept(Correlation told) {
        boolean late = book.accept(told);
        stores.keep(told, late, book.counts());
        if (told instanceof Progress) {
            while (book.closable().isPresent()) {
                Solution solution = book.close();
                stores.keep(solution, book);
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
    InputCounts open() {
        return book.counts().values().stream().reduce(InputCounts.NONE, InputCounts::plus);
    }
}
