package io.leaktrace.engine;

import io.leaktrace.domain.Correlation;
import io.leaktrace.domain.InputCounts;
import io.leaktrace.localize.EpochResult;
import io.leaktrace.localize.MarketBook;
import java.util.SortedMap;

/** Stores the state that a {@link LocalizeStage} restores after a restart. */
public interface MarketStore {

    /** Restores a new book from the stored state. */
    void restore(MarketBook book);

    /**
     * Saves an output of the first stage.
     *
     * @param late whether it is a contact whose epoch was already closed
     * @param counts counts of the open epochs, by number of epoch
     */
    void save(Correlation correlation, boolean late, SortedMap<Long, InputCounts> counts);

    /** Saves the state after the solution of an epoch. */
    void save(EpochResult solution, MarketBook book);

    /** Returns a store that saves nothing, for a stage that is never restarted. */
    static MarketStore none() {
        return new MarketStore() {
            @Override
            public void restore(MarketBook book) {
                // Nothing was saved.
            }

            @Override
            public void save(Correlation correlation, boolean late, SortedMap<Long, InputCounts> counts) {
                // Not saved.
            }

            @Override
            public void save(EpochResult solution, MarketBook book) {
                // Not saved.
            }
        };
    }
}
