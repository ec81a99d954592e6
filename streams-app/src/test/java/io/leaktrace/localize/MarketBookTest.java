package io.leaktrace.localize;

import static io.leaktrace.testing.Given.seller;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.leaktrace.domain.ContactKey;
import io.leaktrace.domain.Correlation.BuyerErased;
import io.leaktrace.domain.Correlation.ContactEvidence;
import io.leaktrace.domain.Correlation.ContactTouch;
import io.leaktrace.domain.Correlation.Exposures;
import io.leaktrace.domain.Correlation.Progress;
import io.leaktrace.domain.Correlation.VerdictGiven;
import io.leaktrace.domain.Custodian;
import io.leaktrace.domain.EventTime;
import io.leaktrace.domain.Verdict;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** What waits in the book of a market, and what counts in an epoch. Times are in ms; a day has four epochs. */
class MarketBookTest {

    private static final ModelSettings MODEL = ModelSettings.defaults();
    private static final long EPOCH = MODEL.epoch();
    private static final Custodian SELLER = seller("s-1");

    private final MarketBook book = new MarketBook(MODEL, new Localizer(MODEL, "test"), 1, false);

    private void touch(Custodian custodian, long day) {
        long bucket = day * EventTime.DAY / EPOCH;
        Exposures exposures = Exposures.none();
        exposures.touches().put(custodian, new TreeMap<>(Map.of(bucket, 1)));
        exposures.orders().put(bucket, 1);
        exposures.atRisk().get(0).put(day * 24, 1);
        book.accept(exposures);
    }

    /** Closes all epochs before a time, as when the task has read to there. */
    private List<Solution> closeTo(long time) {
        book.accept(new Progress(0, time, time, false, new TreeMap<>()));
        List<Solution> closed = new ArrayList<>();
        while (book.closable().isPresent()) {
            closed.add(book.close());
        }
        return closed;
    }

    /** The number of custodians sets the level at which alerts are raised. */
    @Test
    void whoWasTouchedBeforeTheHorizonDoesNotCount() {
        for (long day = 0; day < 45; day++) {
            touch(SELLER, day);
        }
        touch(seller("once"), 10);
        List<Solution> closed = closeTo(45 * EventTime.DAY);
        assertEquals(45 * 4, closed.size());
        int both = 0;
        for (Solution solution : closed) {
            long counted = solution.suspects().stream()
                    .filter(suspect -> suspect.exposures() > 0)
                    .count();
            assertEquals(
                    counted, solution.epoch().custodians(), solution.epoch().end() + " and its epoch");
            both += counted == 2 ? 1 : 0;
        }
        assertEquals(MODEL.ringDays() * 4, both, "epochs in whose horizon both were touched");
    }
}
