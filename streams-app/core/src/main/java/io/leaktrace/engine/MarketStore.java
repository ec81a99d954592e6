package io.leaktrace.engine;

import io.leaktrace.domain.Correlation;
import io.leaktrace.domain.InputCounts;
import io.leaktrace.localize.MarketBook;
import io.leaktrace.localize.Solution;
import java.util.SortedMap;

/** Where a {@link LocalizeStage} keeps what it must have again after a restart. */
public interface MarketStore {

    /** Gives a new book everything that was kept. */
    void restore(MarketBook book);

    /**
     * Keeps what the first stage has said.
     *
     * @param late whether it is a contact whose epoch had been closed
     * @param counts what has been counted for open epochs, by number of epoch
     */
    void keep(Correlation correlation, boolean late, SortedMap<Long, InputCounts> counts);

    /** Keeps what the solution of an epoch leaves behind. */
    void keep(Solution solution, MarketBook book);

    /** Returns a store that keeps nothing, for a stage that is never restarted. */
    static MarketStore none() {
        return new MarketStore() {
            @Override
            public void restore(MarketBook book) {
                // There is nothing.
            }

            @Override
            public void keep(Correlation correlation, boolean late, SortedMap<Long, InputCounts> counts) {
                // Not kept.
            }

            @Override
            public void keep(Solution solution, MarketBook book) {
                // Not kept.
            }
        };
    }
}
