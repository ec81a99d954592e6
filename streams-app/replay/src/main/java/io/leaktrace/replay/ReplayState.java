package io.leaktrace.replay;

import io.leaktrace.engine.InMemoryCorrelatorStore;
import io.leaktrace.engine.MarketStore;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** The state of both stages of a replay, which can be saved and restored. */
final class ReplayState {

    private final List<InMemoryCorrelatorStore> correlators = new ArrayList<>();
    private final BookCheckpoint market;

    /**
     * @param correlatorCount number of correlators
     * @param saved output of {@link #write}, or null for a new replay
     */
    ReplayState(int correlatorCount, DataInputStream saved) throws IOException {
        for (int i = 0; i < correlatorCount; i++) {
            InMemoryCorrelatorStore store = new InMemoryCorrelatorStore();
            if (saved != null) {
                store.read(saved);
            }
            correlators.add(store);
        }
        market = new BookCheckpoint(saved);
    }

    /** One for each correlator, those of the first partition first. */
    List<InMemoryCorrelatorStore> correlators() {
        return correlators;
    }

    MarketStore market() {
        return market;
    }

    /** Writes the saved state of the stages. */
    void write(DataOutputStream out) throws IOException {
        for (InMemoryCorrelatorStore store : correlators) {
            store.write(out);
        }
        market.write(out);
    }
}
