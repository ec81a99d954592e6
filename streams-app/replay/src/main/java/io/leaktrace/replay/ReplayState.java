package io.leaktrace.replay;

import io.leaktrace.engine.FileCorrelatorStore;
import io.leaktrace.engine.MarketStore;
import io.leaktrace.runtime.StartException;
import java.io.Closeable;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * The state of both stages of a replay, which can be saved and restored. The blocks of the buyers' logs are in files of
 * their own, of which a checkpoint has the index.
 */
final class ReplayState implements Closeable {

    /** Number of the newest blocks of each correlator that stay on the heap: 512 kB. */
    private static final int BLOCKS_ON_HEAP = 32;

    private final List<FileCorrelatorStore> correlators = new ArrayList<>();
    private final BookCheckpoint market;

    /**
     * @param work folder for the files of blocks
     * @param correlatorCount number of correlators
     * @param saved output of {@link #write}, or null for a new replay
     * @throws StartException if a file of blocks is damaged
     */
    ReplayState(Path work, int correlatorCount, DataInputStream saved) throws IOException {
        try {
            for (int i = 0; i < correlatorCount; i++) {
                Path file = work.resolve("buyers-" + i);
                FileCorrelatorStore store = new FileCorrelatorStore(file, BLOCKS_ON_HEAP, saved);
                correlators.add(store);
                if (!store.isIntact()) {
                    throw damaged(file, work);
                }
            }
            market = new BookCheckpoint(saved);
        } catch (IOException | RuntimeException e) {
            close();
            throw e;
        }
    }

    /** Returns the exception for a file without which a replay cannot resume. */
    static StartException damaged(Path file, Path work) {
        return new StartException(file + " is damaged, so the replay in " + work.getParent() + " cannot resume; delete "
                + work + " and start it again");
    }

    /** One for each correlator, those of the first partition first. */
    List<FileCorrelatorStore> correlators() {
        return correlators;
    }

    MarketStore market() {
        return market;
    }

    /** Writes the saved state of the stages. */
    void write(DataOutputStream out) throws IOException {
        for (FileCorrelatorStore store : correlators) {
            store.write(out);
        }
        market.write(out);
    }

    /** Records that what {@link #write} wrote last is safe. */
    void onCheckpoint() {
        correlators.forEach(FileCorrelatorStore::onCheckpoint);
    }

    @Override
    public void close() throws IOException {
        for (FileCorrelatorStore store : correlators) {
            store.close();
        }
    }
}
