package io.leaktrace.topology;

import static io.leaktrace.testing.Given.seller;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.leaktrace.domain.Correlation;
import io.leaktrace.domain.Correlation.Exposures;
import io.leaktrace.domain.Correlation.Progress;
import io.leaktrace.domain.Correlation.VerdictGiven;
import io.leaktrace.domain.Custodian;
import io.leaktrace.domain.Verdict;
import io.leaktrace.localize.Localizer;
import io.leaktrace.localize.MarketBook;
import io.leaktrace.localize.ModelSettings;
import io.leaktrace.wire.InternalRecords;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** What waits for an epoch to come, through a restart. */
class MarketStateStoreTest {

    private static final ModelSettings MODEL = ModelSettings.defaults();
    private static final long EPOCH = MODEL.epoch();
    private static final Custodian SELLER = seller("s-1");

    private final InMemoryByteStore<String> market = new InMemoryByteStore<>();
    private final MarketStateStore stores = new MarketStateStore(
            new InMemoryByteStore<>(), new InMemoryByteStore<>(), new InMemoryByteStore<>(), market);

    private MarketBook restored() {
        MarketBook book = new MarketBook(MODEL, new Localizer(MODEL, "test"), 1, false);
        stores.restore(book);
        return book;
    }

    private void accept(MarketBook book, Correlation correlation) {
        stores.save(correlation, book.accept(correlation), book.counts());
    }

    private List<String> verdictsKept() {
        List<String> keys = new ArrayList<>();
        market.forEach((key, value) -> {
            if (key.startsWith("verdict/")) {
                keys.add(key);
            }
        });
        return keys;
    }

    @Test
    void everyVerdictThatWaitsIsKeptUntilItCounts() {
        VerdictGiven old = new VerdictGiven(SELLER, Verdict.CONFIRMED, 1, null);
        VerdictGiven due = new VerdictGiven(SELLER, Verdict.REMEDIATED, 2, null);
        VerdictGiven ahead = new VerdictGiven(SELLER, Verdict.DISMISSED, EPOCH, null);
        // As an earlier version kept it.
        market.put("verdict/" + SELLER, InternalRecords.write(old));
        MarketBook before = restored();
        accept(before, due);
        accept(before, ahead);
        Exposures exposures = Exposures.none();
        exposures.touches().put(SELLER, new TreeMap<>(Map.of(0L, 1)));
        exposures.orders().put(0L, 1);
        accept(before, exposures);
        accept(before, new Progress(0, EPOCH, EPOCH, false, new TreeMap<>()));

        MarketBook book = restored();
        assertTrue(book.awaits(old) && book.awaits(due) && book.awaits(ahead));
        stores.save(book.close(), book);
        assertEquals(1, verdictsKept().size(), verdictsKept().toString());
        MarketBook after = restored();
        assertFalse(after.awaits(old) || after.awaits(due));
        assertTrue(after.awaits(ahead));
    }
}
