package io.leaktrace.topology;

import io.leaktrace.domain.Correlation;
import io.leaktrace.domain.Correlation.Progress;
import io.leaktrace.domain.Finding;
import io.leaktrace.domain.InputCounts;
import io.leaktrace.localize.MarketBook;
import io.leaktrace.localize.Solution;

/** The second stage: a {@link MarketBook}, kept in its stores, whose epochs are closed as soon as they can be. */
final class Localizing {

    private final MarketBook book;
    private final MarketStores stores;
    private final Findings findings;

    /** Takes what is found. */
    interface Findings {

        /** @param end of the epoch that was solved, in epoch milliseconds */
        void accept(Finding finding, long end);
    }

    /** Takes up what the stores hold from before. */
    Localizing(MarketBook book, MarketStores stores, Findings findings) {
        this.book = book;
        this.stores = stores;
        this.findings = findings;
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
        book.published(solution).forEach(suspect -> findings.accept(suspect, end));
        solution.alerts().forEach(alert -> findings.accept(alert, end));
        solution.evidence().forEach(evidence -> findings.accept(evidence, end));
        // Last, so that whoever sees it can rely on having the rest.
        findings.accept(solution.epoch(), end);
    }

    /** What has been counted for epochs that are still open. */
    InputCounts open() {
        return book.counts().values().stream().reduce(InputCounts.NONE, InputCounts::plus);
    }
}
