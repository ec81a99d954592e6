package io.leaktrace.replay;

import io.leaktrace.domain.Correlation;
import io.leaktrace.domain.InputCounts;
import io.leaktrace.engine.MarketStore;
import io.leaktrace.localize.EpochResult;
import io.leaktrace.localize.MarketBook;
import io.leaktrace.topology.InMemoryByteStore;
import io.leaktrace.topology.MarketStateStore;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.SortedMap;

/**
 * The store of the second stage of a replay. It writes the whole book with each checkpoint, instead of each change as it
 * happens, of which there are many.
 */
final class BookCheckpoint implements MarketStore {

    /** A book as bytes. */
    private static final class Stores {
        final InMemoryByteStore<String> contacts = new InMemoryByteStore<>();
        final InMemoryByteStore<Long> exposures = new InMemoryByteStore<>();
        final InMemoryByteStore<String> custodians = new InMemoryByteStore<>();
        final InMemoryByteStore<String> market = new InMemoryByteStore<>();

        MarketStateStore store() {
            return new MarketStateStore(contacts, exposures, custodians, market);
        }
    }

    /** Of the checkpoint from which the replay resumes; null for a new replay, and once they were read. */
    private Stores saved;

    private MarketBook book;

    /** @param in output of {@link #write}, or null for a new replay */
    BookCheckpoint(DataInputStream in) throws IOException {
        if (in != null) {
            saved = new Stores();
            saved.contacts.read(in, name -> name);
            saved.exposures.read(in, Long::valueOf);
            saved.custodians.read(in, name -> name);
            saved.market.read(in, name -> name);
        }
    }

    @Override
    public void restore(MarketBook restored) {
        book = restored;
        if (saved != null) {
            saved.store().restore(book);
            saved = null;
        }
    }

    @Override
    public void save(Correlation correlation, boolean late, SortedMap<Long, InputCounts> counts) {
        // Written with the whole book.
    }

    @Override
    public void save(EpochResult solution, MarketBook changed) {
        // Written with the whole book.
    }

    /** Writes the book. */
    void write(DataOutputStream out) throws IOException {
        Stores stores = new Stores();
        stores.store().saveAll(book);
        stores.contacts.write(out);
        stores.exposures.write(out);
        stores.custodians.write(out);
        stores.market.write(out);
    }
}
