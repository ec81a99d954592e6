package io.leaktrace.localize;

import static io.leaktrace.testing.Given.day;
import static io.leaktrace.testing.Given.node;
import static io.leaktrace.testing.Given.seller;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;

import io.leaktrace.domain.Correlation.ContactEvidence;
import io.leaktrace.domain.Correlation.ContactTouch;
import io.leaktrace.domain.Correlation.Exposures;
import io.leaktrace.domain.Correlation.PastCustodian;
import io.leaktrace.domain.Custodian;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class LedgerTest {

    private static final Custodian SELLER = seller("s");
    private static final long WEEK = 28;

    private static Exposures touches(Map<Long, Integer> counts) {
        Exposures exposures = Exposures.none();
        exposures.touches().put(SELLER, new TreeMap<>(counts));
        exposures.orders().putAll(counts);
        return exposures;
    }

    @Test
    void touchesBeforeTheHorizonAreCountedByWeekUntilTheMemoryEnds() {
        Ledger ledger = new Ledger();
        ledger.add(touches(Map.of(1L, 1, 30L, 2, 55L, 3, 57L, 4, 83L, 5, 85L, 6, 112L, 7)));
        ledger.forgetBucketsBefore(28, 86, WEEK);
        // Week 3 begins with bucket 84, before the horizon, and is still counted by bucket.
        assertEquals(
                Map.of(28L, 5, 56L, 9, 85L, 6, 112L, 7),
                ledger.touches().get(SELLER).toMap());
        assertEquals(Set.of(112L), ledger.orders().keySet());

        // A late order moves two touches from one bucket to another.
        ledger.add(touches(Map.of(55L, -2, 58L, 2)));
        ledger.add(touches(Map.of(40L, -3, 84L, 3)));
        ledger.forgetBucketsBefore(28, 112, WEEK);
        BucketCounts counts = ledger.touches().get(SELLER);
        assertEquals(Map.of(56L, 11, 84L, 9, 112L, 7), counts.toMap());
        assertEquals(20, counts.sum(56, 112));
        assertEquals(7, counts.sum(85, 200));
        assertEquals(0, counts.sum(0, 56));

        ledger.forgetBucketsBefore(140, 140, WEEK);
        assertEquals(Map.of(), ledger.touches());
    }

    /** A week begins with day 7 and the next with day 14, which are Thursdays. */
    @Test
    void anErasureRemovesThePastButForWeeksFromItsTimeOnAndRemainingTouches() {
        ContactTouch early = new ContactTouch(SELLER, "o1", day(7).toEpochMilli());
        ContactTouch late = new ContactTouch(node("n"), "o1", day(10).toEpochMilli());
        ContactTouch after = new ContactTouch(seller("after"), "o2", day(18).toEpochMilli());
        Ledger ledger = new Ledger();
        ContactEvidence contact = new ContactEvidence(
                "c",
                "zhou",
                day(17).toEpochMilli(),
                day(17).toEpochMilli(),
                0,
                null,
                null,
                false,
                0,
                List.of(0, 0, 0, 0, 0),
                List.of(early, late, after),
                List.of(
                        new PastCustodian(SELLER, 0b1111),
                        new PastCustodian(seller("old"), 0b1100),
                        new PastCustodian(node("n"), 0b0010),
                        new PastCustodian(seller("after"), 0b0010)));
        ledger.add(contact);

        Ledger.Erased erased = ledger.erase("zhou", day(9).toEpochMilli());
        ContactEvidence remaining = erased.changed().get(0);
        assertEquals(List.of(late, after), remaining.touches());
        assertEquals(
                List.of(new PastCustodian(SELLER, 0b0001), new PastCustodian(node("n"), 0b0010)), remaining.past());
        assertEquals(
                List.of(remaining),
                ledger.contactsOfBuyer().get("zhou").stream()
                        .map(Ledger.KnownContact::evidence)
                        .toList());
        assertEquals(List.of(), ledger.erase("zhou", day(9).toEpochMilli()).changed(), "nothing changes twice");
        assertEquals(
                contact.past(),
                contact.withoutTouchesBefore(day(-30).toEpochMilli()).past());
    }

    /** From the internal topic, each touch comes with a custodian of its own. */
    @Test
    void eachCustodianIsInMemoryOnce() {
        Ledger ledger = new Ledger();
        for (int i = 0; i < 2; i++) {
            Custodian copy = seller("s");
            ledger.add(new ContactEvidence(
                    "c" + i,
                    "zhou",
                    day(17 + 4 * i).toEpochMilli(),
                    day(17 + 4 * i).toEpochMilli(),
                    0,
                    null,
                    null,
                    false,
                    0,
                    List.of(0, 0, 0, 0, 0),
                    List.of(new ContactTouch(copy, "o1", day(7).toEpochMilli())),
                    List.of(new PastCustodian(copy, 1))));
        }

        List<Ledger.KnownContact> contacts = ledger.contactsOfBuyer().get("zhou");
        Custodian first = contacts.get(0).evidence().touches().custodian(0);
        assertEquals(SELLER, first);
        for (Ledger.KnownContact contact : contacts) {
            assertSame(first, contact.evidence().touches().custodian(0));
            assertSame(first, contact.evidence().past().custodian(0));
        }
    }
}
