package io.leaktrace.localize;

import static io.leaktrace.testing.Given.seller;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
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

/** When verdicts and erasures take effect, and which custodians count. Times are in ms; a day has four epochs. */
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

    /** Closes all epochs that end by a time, to which the task has read. */
    private List<EpochResult> closeTo(long time) {
        book.accept(new Progress(0, time, time, false, new TreeMap<>()));
        List<EpochResult> closed = new ArrayList<>();
        while (book.closable().isPresent()) {
            closed.add(book.close());
        }
        return closed;
    }

    private Verdict verdictAfter(long time) {
        List<EpochResult> closed = closeTo(time);
        return closed.get(closed.size() - 1).states().get(SELLER).verdict();
    }

    private void decide(Verdict verdict, long at) {
        book.accept(new VerdictGiven(SELLER, verdict, at, null));
    }

    @Test
    void aLaterVerdictDoesNotReplaceOneThatIsDue() {
        touch(SELLER, 0);
        VerdictGiven ahead = new VerdictGiven(SELLER, Verdict.DISMISSED, 2 * EPOCH, null);
        decide(Verdict.CONFIRMED, EPOCH / 2);
        book.accept(ahead);
        assertEquals(Verdict.CONFIRMED, verdictAfter(EPOCH));
        assertTrue(book.awaits(ahead));
        assertEquals(Verdict.CONFIRMED, verdictAfter(2 * EPOCH), "it is dated at the first moment of the next epoch");
        assertEquals(Verdict.DISMISSED, verdictAfter(3 * EPOCH));
        assertFalse(book.awaits(ahead));
    }

    @Test
    void theLatestDueVerdictIsInForce() {
        touch(SELLER, 0);
        decide(Verdict.DISMISSED, 3);
        decide(Verdict.CONFIRMED, 2);
        assertEquals(Verdict.DISMISSED, verdictAfter(EPOCH));
    }

    @Test
    void aVerdictExpires() {
        touch(SELLER, 0);
        book.accept(new VerdictGiven(SELLER, Verdict.DISMISSED, 0, 2 * EPOCH));
        assertEquals(Verdict.DISMISSED, verdictAfter(EPOCH));
        assertEquals(Verdict.DISMISSED, verdictAfter(2 * EPOCH), "it expires at the first moment of the next epoch");
        assertNull(verdictAfter(3 * EPOCH));
    }

    @Test
    void aVerdictThatHadExpiredBeforeItArrivedIsNeverInForce() {
        touch(SELLER, 0);
        book.accept(new VerdictGiven(SELLER, Verdict.CONFIRMED, 3, 5L));
        assertNull(verdictAfter(EPOCH));
    }

    /** The expiry of an earlier verdict does not end a later one. */
    @Test
    void aLaterVerdictHasItsOwnExpiry() {
        touch(SELLER, 0);
        book.accept(new VerdictGiven(SELLER, Verdict.DISMISSED, 0, 2 * EPOCH));
        assertEquals(Verdict.DISMISSED, verdictAfter(EPOCH));
        decide(Verdict.CONFIRMED, EPOCH);
        assertEquals(Verdict.CONFIRMED, verdictAfter(3 * EPOCH));
    }

    @Test
    void aNarrowerErasureDoesNotReplaceAWiderOne() {
        touch(SELLER, 0);
        book.accept(new ContactEvidence(
                "c1", "zhou", 10, 20, 0, null, null, false, 0, List.of(0, 0, 0, 0, 0), List.of(), List.of()));
        book.accept(new BuyerErased("zhou", 30));
        book.accept(new BuyerErased("zhou", 15));
        closeTo(EPOCH);
        assertEquals(List.of(new ContactKey("zhou", "c1")), book.erasedContacts());
        assertEquals(List.of(new BuyerErased("zhou", 30)), book.erasedBuyers());
    }

    @Test
    void anErasureRemovesTouchesFromRemainingContacts() {
        touch(SELLER, 0);
        ContactTouch early = new ContactTouch(SELLER, "o1", 5);
        ContactTouch late = new ContactTouch(seller("s-2"), "o1", 15);
        book.accept(new ContactEvidence(
                "c1",
                "zhou",
                18,
                20,
                0,
                null,
                null,
                false,
                0,
                List.of(0, 0, 0, 0, 0),
                List.of(early, late),
                List.of()));
        book.accept(new BuyerErased("zhou", 10));
        closeTo(EPOCH);
        assertEquals(List.of(), book.erasedContacts());
        assertEquals(
                List.of(List.of(late)),
                book.changedContacts().stream().map(ContactEvidence::touches).toList());
        closeTo(2 * EPOCH);
        assertEquals(List.of(), book.changedContacts());
    }

    /** The alert threshold depends on the number of custodians. */
    @Test
    void aCustodianWithoutATouchInTheHorizonDoesNotCount() {
        for (long day = 0; day < 45; day++) {
            touch(SELLER, day);
        }
        touch(seller("once"), 10);
        List<EpochResult> closed = closeTo(45 * EventTime.DAY);
        assertEquals(45 * 4, closed.size());
        int both = 0;
        for (EpochResult solution : closed) {
            long counted = solution.suspects().stream()
                    .filter(suspect -> suspect.exposures() > 0)
                    .count();
            assertEquals(
                    counted, solution.epoch().custodians(), solution.epoch().end() + ": custodians of the epoch");
            both += counted == 2 ? 1 : 0;
        }
        assertEquals(MODEL.slidingDays() * 4, both, "epochs in whose horizon both have a touch");
    }
}
