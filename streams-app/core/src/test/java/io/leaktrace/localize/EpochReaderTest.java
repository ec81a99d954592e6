package io.leaktrace.localize;

import static io.leaktrace.localize.AnEpoch.FIRST_DAY;
import static io.leaktrace.localize.AnEpoch.SETTINGS;
import static io.leaktrace.localize.AnEpoch.time;
import static io.leaktrace.testing.Given.node;
import static io.leaktrace.testing.Given.seller;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class EpochReaderTest {

    @Test
    void ordersAreCountedByCustodianAndDay() {
        EpochData data = new AnEpoch()
                .order(1, seller("s"))
                .order(25, seller("s"), node("n"))
                .order(30, seller("s"))
                .endingAt(48);

        assertEquals(
                List.of(node("n"), seller("s")).stream().sorted().toList(),
                data.accounts().stream().map(Account::custodian).toList());
        Account seller = data.account(seller("s"));
        int first = (int) (FIRST_DAY - data.days().touchesFrom());
        assertEquals(1, seller.touches()[first]);
        assertEquals(2, seller.touches()[first + 1]);
        assertEquals(3, data.touchesInHorizon(seller));
        assertEquals(2, data.custodiansInHorizon());
        assertTrue(
                seller.exposure()[first] > 0 && seller.exposure()[first] < 1,
                "some contacts of yesterday's touch can be reported: " + seller.exposure()[first]);
        assertTrue(seller.exposure()[first + 1] / 2 < seller.exposure()[first], "fewer contacts of younger touches");
    }

    /** Of a seller whose accesses are logged: three orders on two days, of which one was opened on the second day. */
    @Test
    void ofOneWhoseAccessesAreLoggedTheOpenedOrdersCount() {
        ModelSettings.Accesses accesses = new ModelSettings.Accesses(Set.of(), Set.of(seller("s")), 0.02);
        AnEpoch epoch = new AnEpoch().order(1, seller("s"), seller("other")).order(25, seller("s"), seller("other"));
        epoch.access(30, seller("s"), seller("other"));
        EpochData notLogged = epoch.endingAt(48);
        EpochData logged = epoch.with(SETTINGS.withAccesses(accesses)).endingAt(48);

        int first = (int) (FIRST_DAY - logged.days().touchesFrom());
        double[] before = notLogged.account(seller("s")).exposure();
        double[] now = logged.account(seller("s")).exposure();
        double opened = new AnEpoch()
                .order(30, seller("s"))
                .endingAt(48)
                .account(seller("s"))
                .exposure()[first + 1];
        assertEquals(0.02 * before[first], now[first], 1e-12);
        assertEquals(0.02 * before[first + 1] + 0.98 * opened, now[first + 1], 1e-12);
        assertEquals(3, logged.touchesInHorizon(logged.account(seller("s"))));
        assertArrayEquals(before, logged.account(seller("other")).exposure());
    }

    /** Tasks may have read further than the end of the epoch. */
    @Test
    void laterRecordsAreIgnored() {
        EpochData data = new AnEpoch()
                .order(1, seller("s"))
                .order(24, seller("late"))
                .contact(20, "b", 2, seller("s"))
                .contact(23, "reported after the end", 3, seller("s"))
                .endingAt(24);

        assertEquals(
                List.of(seller("s")),
                data.accounts().stream().map(Account::custodian).toList());
        assertEquals(3, data.touchesInHorizon(data.account(seller("s"))));
        assertEquals(1, data.incidents().size());
        assertEquals(1, data.account(seller("s")).contacts());
    }

    /** A touch after the contact cannot have caused it. */
    @Test
    void onlyTouchesBeforeAnIncidentAreCandidates() {
        EpochData data = new AnEpoch()
                .contact(20, "before", 10, seller("s"))
                .contact(30, "after", 40, seller("s"))
                .endingAt(48);

        Account seller = data.account(seller("s"));
        assertEquals(2, data.incidents().size());
        assertEquals(1, seller.explanations().length);
        assertEquals("before", data.incidentOf(seller.explanations()[0]).first.buyerId());
    }

    @Test
    void theFirstEpochsOnlyLearn() {
        AnEpoch epoch = new AnEpoch().order(1, seller("s"));
        EpochData first = epoch.read(null, 6);

        assertTrue(first.isLearning());
        assertEquals(FIRST_DAY, first.days().firstDay());
        assertEquals(FIRST_DAY + SETTINGS.learningDays(), first.days().slidingFrom());
        assertEquals(0, first.days().slidingDays());
        assertTrue(first.account(seller("s")).isNew());

        MarketState before = new MarketState(
                FIRST_DAY, first.days().nextSlidingFrom(), time(24 * 5), new LeadTimes.Sample(), new TreeMap<>());
        EpochData sixth = epoch.read(before, 24 * 5 + 6);
        assertFalse(sixth.isLearning());
        assertEquals(1, sixth.days().slidingDays());
        assertFalse(sixth.days().followsGap());
        assertTrue(epoch.read(before, 24 * 5 + 12).days().followsGap(), "an epoch was skipped");
    }

    /** At the first epoch of a day, the oldest day is estimated a last time before it goes into the checkpoint. */
    @Test
    void theSlidingWindowMovesADayAtATime() {
        int window = SETTINGS.slidingDays();
        EpochDays last = EpochDays.of(
                time(24 * window),
                new MarketState(FIRST_DAY, FIRST_DAY, time(24 * window - 6), null, new TreeMap<>()),
                0,
                SETTINGS);
        assertEquals(window, last.slidingDays());
        assertEquals(FIRST_DAY, last.nextSlidingFrom());

        EpochDays next = EpochDays.of(
                time(24 * window + 6),
                new MarketState(FIRST_DAY, FIRST_DAY, time(24 * window), null, new TreeMap<>()),
                0,
                SETTINGS);
        assertEquals(window + 1, next.slidingDays());
        assertEquals(FIRST_DAY + 1, next.nextSlidingFrom());
        assertEquals(FIRST_DAY + 1, next.horizonFrom());
        assertEquals(FIRST_DAY, next.touchesFrom());
        assertEquals(FIRST_DAY, next.leftHorizonFrom());
    }
}
