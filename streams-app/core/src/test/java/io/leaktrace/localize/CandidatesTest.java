package io.leaktrace.localize;

import static io.leaktrace.localize.AnEpoch.SETTINGS;
import static io.leaktrace.localize.AnEpoch.time;
import static io.leaktrace.testing.Given.seller;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.leaktrace.domain.ContactTraces;
import io.leaktrace.domain.Correlation.ContactEvidence;
import io.leaktrace.domain.Correlation.ContactTouch;
import io.leaktrace.domain.Custodian;
import io.leaktrace.domain.Dialled;
import io.leaktrace.domain.Fields;
import io.leaktrace.domain.PastColumns;
import io.leaktrace.domain.TouchColumns;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class CandidatesTest {

    private static final Custodian SELLER = seller("s-1");
    private static final Custodian OTHER = seller("s-2");
    private static final int SAW = 0b101;

    /** Four orders: two of one day of which one says what was seen, one of the next day, and one of another seller. */
    private static EpochData data() {
        AnEpoch epoch = new AnEpoch()
                .order(2, SELLER)
                .order(9, SELLER)
                .order(26, SELLER)
                .order(10, OTHER);
        return withContact(
                epoch,
                0,
                new ContactTouch(SELLER, "o1", time(2)),
                new ContactTouch(SELLER, "o2", time(9), SAW),
                new ContactTouch(OTHER, "o3", time(10)),
                new ContactTouch(SELLER, "o4", time(26), SAW));
    }

    /** The epoch with a contact after these touches, with which a mark came back if it is not 0. */
    private static EpochData withContact(AnEpoch epoch, int disclosedMark, ContactTouch... touches) {
        return withContact(epoch, disclosedMark, null, null, touches);
    }

    private static EpochData withContact(
            AnEpoch epoch, int disclosedMark, String quoted, String dialledOrder, ContactTouch... touches) {
        epoch.ledger.add(new ContactEvidence(
                "c1",
                "zhou",
                time(50),
                time(51),
                0,
                quoted,
                null,
                false,
                1,
                List.of(0, 50, 0, 0, 0),
                TouchColumns.of(List.of(touches)),
                PastColumns.of(List.of()),
                disclosedMark,
                dialledOrder == null ? null : Dialled.VIRTUAL,
                dialledOrder,
                ContactTraces.NONE,
                false));
        return epoch.endingAt(72);
    }

    /** f q of a touch of this hour by a seller. */
    private static double weight(EpochData data, int hour) {
        return data.leadTimes().density(SELLER.role(), time(50) - time(hour))
                * SETTINGS.noOrderQuoted()
                * SETTINGS.reliability(null);
    }

    @Test
    void touchesThatSawOtherFieldsAreWeighedByTheirOwnRatio() {
        EpochData data = data();
        Candidates candidates = data.candidates();
        int candidate = candidates.of(0, data.account(SELLER).index());
        int other = candidates.of(0, data.account(OTHER).index());
        assertTrue(candidates.hasSaw(candidate));
        assertFalse(candidates.hasSaw(other));
        assertEquals(Fields.OF_ROLE, candidates.saw(candidate), "of one order, it saw what its role can know");
        assertEquals(3, candidates.days(candidate));
        assertEquals(candidates.day(candidate, 0), candidates.day(candidate, 1));

        double of2 = weight(data, 2);
        double of9 = weight(data, 9);
        double of26 = weight(data, 26);
        double sum = of2 + of9 + of26;
        for (double ratio : new double[] {7, 0.1}) {
            double mean = candidates.weighSaw(candidate, saw -> saw == Fields.OF_ROLE ? 2 : ratio);
            assertEquals((of2 * 2 + (of9 + of26) * ratio) / sum, mean, 1e-12);
            assertEquals(of2 * 2 / mean, candidates.weight(candidate, 0), 1e-12);
            assertEquals(of9 * ratio / mean, candidates.weight(candidate, 1), 1e-12);
            assertEquals(of26 * ratio / mean, candidates.weight(candidate, 2), 1e-12);
            assertEquals(sum, candidates.weight[candidate], 1e-12);
            assertEquals(ratio / mean, candidates.sawFactor(candidate, AnEpoch.FIRST_DAY, SAW), 1e-12);
            assertEquals(2 / mean, candidates.sawFactor(candidate, AnEpoch.FIRST_DAY, Fields.OF_ROLE), 1e-12);
            assertEquals(1, candidates.sawFactor(other, AnEpoch.FIRST_DAY, Fields.OF_ROLE));
            int heaviest = of26 * ratio > of2 * 2 ? 1 : 0;
            assertEquals(AnEpoch.FIRST_DAY + heaviest, candidates.heaviestDay[candidate]);
        }
    }

    /** A touch with the mark that came back is 10,000 times as likely as one with another; without a mark, 100 times. */
    @Test
    void theMarkThatCameBackPointsToThoseWhoWereGivenIt() {
        AnEpoch epoch = new AnEpoch().order(2, SELLER, OTHER, seller("s-3"));
        EpochData data = withContact(
                epoch,
                7,
                new ContactTouch(SELLER, "o1", time(2), Fields.OF_ROLE, 7),
                new ContactTouch(OTHER, "o1", time(2), Fields.OF_ROLE, 8),
                new ContactTouch(seller("s-3"), "o1", time(2)));
        double weight = weight(data, 2);
        assertEquals(0.01, SETTINGS.markChance());
        assertEquals(weight * 100, data.candidates().weight[candidate(data, SELLER)], 1e-12);
        assertEquals(weight / 100, data.candidates().weight[candidate(data, OTHER)], 1e-12);
        assertEquals(weight, data.candidates().weight[candidate(data, seller("s-3"))], 1e-12);
    }

    /**
     * A seller whose accesses are logged gained an order that it opened with 0.98 at its access and with 0.02 before,
     * one that it did not open with 0.02, and one that it opened at once then. The order of a month ago counts by its
     * access alone.
     */
    @Test
    void whoseAccessesAreLoggedGainsAnOrderByOpeningIt() {
        ModelSettings.Accesses accesses = new ModelSettings.Accesses(Set.of(), Set.of(SELLER), 0.02);
        ContactTouch[] touches = {
            new ContactTouch(SELLER, "old", time(50 - 15 * 24), Fields.OF_ROLE, 0, time(20)),
            new ContactTouch(OTHER, "o1", time(2), Fields.OF_ROLE, 0, time(30)),
            new ContactTouch(SELLER, "o1", time(2), Fields.OF_ROLE, 0, time(30)),
            new ContactTouch(SELLER, "o2", time(9)),
            new ContactTouch(SELLER, "o3", time(10), Fields.OF_ROLE, 0, time(10))
        };
        AnEpoch epoch = new AnEpoch().order(2, SELLER, OTHER).with(SETTINGS.withAccesses(accesses));
        EpochData data = withContact(epoch, 0, touches);
        Candidates candidates = data.candidates();
        int candidate = candidate(data, SELLER);
        double firstDay = 0.98 * weight(data, 20) + 0.02 * (weight(data, 2) + weight(data, 9)) + weight(data, 10);
        assertEquals(2, candidates.days(candidate));
        assertEquals(AnEpoch.FIRST_DAY, candidates.day(candidate, 0));
        assertEquals(firstDay, candidates.weight(candidate, 0), 1e-12);
        assertEquals(0.98 * weight(data, 30), candidates.weight(candidate, 1), 1e-12);
        assertEquals(weight(data, 2), candidates.weight[candidate(data, OTHER)], 1e-12);
    }

    /**
     * The virtual number of an order is worth 0.95 for its touches and 0.05 for those of others, whichever of them was
     * quoted. Of an order that is not known, all have 0.05.
     */
    @Test
    void aVirtualNumberPointsToCustodiansOfItsOrder() {
        ContactTouch[] touches = {
            new ContactTouch(SELLER, "o1", time(2)), new ContactTouch(OTHER, "o2", time(2)),
        };
        for (String quoted : new String[] {null, "o2"}) {
            EpochData data = withContact(new AnEpoch().order(2, SELLER, OTHER), 0, quoted, "o1", touches);
            double weight = weight(data, 2) / SETTINGS.noOrderQuoted();
            assertEquals(weight * 0.95, data.candidates().weight[candidate(data, SELLER)], 1e-12);
            assertEquals(weight * 0.05, data.candidates().weight[candidate(data, OTHER)], 1e-12);
        }
        EpochData data = withContact(new AnEpoch().order(2, SELLER, OTHER), 0, null, "of another buyer", touches);
        double weight = weight(data, 2) / SETTINGS.noOrderQuoted();
        assertEquals(weight * 0.05, data.candidates().weight[candidate(data, SELLER)], 1e-12);
    }

    private static int candidate(EpochData data, Custodian custodian) {
        return data.candidates().of(0, data.account(custodian).index());
    }
}
