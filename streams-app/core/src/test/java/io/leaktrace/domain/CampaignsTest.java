package io.leaktrace.domain;

import static io.leaktrace.testing.Given.DAY_1;
import static io.leaktrace.testing.Given.node;
import static io.leaktrace.testing.Given.seller;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import io.leaktrace.domain.Campaign.Blame;
import io.leaktrace.domain.Campaign.Kind;
import io.leaktrace.domain.Campaign.Trace;
import io.leaktrace.testing.Seed;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class CampaignsTest {

    private static final Duration GAP = Duration.ofDays(7);
    private static final double BACKGROUND = 0.25;

    private static Instant hour(int hour) {
        return DAY_1.plus(Duration.ofHours(hour));
    }

    private static Evidence contact(
            String id, String buyer, int hour, ContactTraces traces, Evidence.Touch... touches) {
        return new Evidence(
                id,
                buyer,
                hour(hour),
                hour(hour + 1),
                Set.of(),
                null,
                List.of(touches),
                BACKGROUND,
                false,
                hour(hour + 6),
                null,
                traces,
                false);
    }

    private static Evidence contact(String id, String buyer, int hour, String caller, String payee, String link) {
        return contact(id, buyer, hour, new ContactTraces(caller, payee, link, null));
    }

    private static Evidence.Touch touch(Custodian custodian, double share) {
        return new Evidence.Touch(custodian, "o1", DAY_1.minusSeconds(1), share);
    }

    private static List<List<String>> ids(List<Campaign> campaigns) {
        return campaigns.stream()
                .map(campaign ->
                        campaign.contacts().stream().map(Evidence::contactId).toList())
                .toList();
    }

    /** @param alsoByCaller expected campaigns if callers join, by contact ids */
    private record Case(
            String what, List<Evidence> contacts, List<List<String>> alsoByCaller, List<List<String>> without) {}

    @Test
    void contactsAreJoinedByWhatTheyShare() {
        int week = (int) GAP.toHours();
        for (Case given : List.of(
                new Case(
                        "a payee joins, however far apart",
                        List.of(
                                contact("c1", "b1", 0, null, "p1", null),
                                contact("c2", "b2", 5000, "n1", "p1", null),
                                contact("c3", "b3", 1, null, "p2", null)),
                        List.of(List.of("c1", "c2")),
                        List.of(List.of("c1", "c2"))),
                new Case(
                        "so does a link",
                        List.of(contact("c1", "b1", 0, null, null, "l1"), contact("c2", "b2", 5000, null, null, "l1")),
                        List.of(List.of("c1", "c2")),
                        List.of(List.of("c1", "c2"))),
                new Case(
                        "a caller joins neighbours up to a week apart",
                        List.of(
                                contact("c1", "b1", 0, "n1", null, null),
                                contact("c2", "b2", week, "n1", null, null),
                                contact("c3", "b3", 2 * week, "n1", null, null),
                                contact("c4", "b4", 3 * week + 1, "n1", null, null),
                                contact("c5", "b5", 3 * week + 2, "n1", null, null)),
                        List.of(List.of("c1", "c2", "c3"), List.of("c4", "c5")),
                        List.of()),
                new Case(
                        "contacts of a chain need nothing in common",
                        List.of(
                                contact("c1", "b1", 0, "n1", null, null),
                                contact("c2", "b2", 1, "n1", "p1", null),
                                contact("c3", "b3", 2, null, "p1", "l1"),
                                contact("c4", "b4", 3, null, null, "l1")),
                        List.of(List.of("c1", "c2", "c3", "c4")),
                        List.of(List.of("c2", "c3", "c4"))),
                new Case(
                        "a caller is no payee, and a payee no link",
                        List.of(
                                contact("c1", "b1", 0, "x", null, null),
                                contact("c2", "b2", 1, null, "x", null),
                                contact("c3", "b3", 2, null, null, "x")),
                        List.of(),
                        List.of()),
                new Case(
                        "one buyer that is called again is no campaign",
                        List.of(contact("c1", "b1", 0, "n1", "p1", null), contact("c2", "b1", 1, "n1", "p1", null)),
                        List.of(),
                        List.of()),
                new Case(
                        "the same contact id of two buyers",
                        List.of(contact("c1", "b2", 0, "n1", null, null), contact("c1", "b1", 0, "n1", null, null)),
                        List.of(List.of("c1", "c1")),
                        List.of()),
                new Case(
                        "those with most buyers come first, then the earliest",
                        List.of(
                                contact("c1", "b1", 9, null, "p1", null),
                                contact("c2", "b2", 9, null, "p1", null),
                                contact("c3", "b3", 5, null, "p2", null),
                                contact("c4", "b4", 5, null, "p2", null),
                                contact("c5", "b5", 20, null, "p3", null),
                                contact("c6", "b6", 21, null, "p3", null),
                                contact("c7", "b7", 22, null, "p3", null)),
                        List.of(List.of("c5", "c6", "c7"), List.of("c3", "c4"), List.of("c1", "c2")),
                        List.of(List.of("c5", "c6", "c7"), List.of("c3", "c4"), List.of("c1", "c2"))))) {
            assertEquals(given.alsoByCaller, ids(Campaigns.of(given.contacts, GAP)), given.what);
            assertEquals(given.without, ids(Campaigns.of(given.contacts, Duration.ZERO)), given.what);
        }
    }

    /** Two buyers, of whom the first was called twice: 0.4 and 0.2 of it are blamed on the seller, and 0.5 of the other. */
    @Test
    void eachBuyerCountsOnce() {
        Loss loss = new Loss(new BigDecimal("100.005"), "CNY");
        ContactTraces first = new ContactTraces("n1", "p1", null, loss);
        ContactTraces other = new ContactTraces("n2", "p1", null, new Loss(new BigDecimal("7"), "CNY"));
        Campaign campaign = Campaigns.of(
                        List.of(
                                contact("c1", "b1", 0, first, touch(seller("s"), 0.3), touch(seller("s"), 0.1)),
                                contact("c2", "b1", 1, first, touch(seller("s"), 0.2), touch(node("n"), 0)),
                                contact("c3", "b2", 2, other, touch(seller("s"), 0.5), touch(node("n"), 0.25))),
                        GAP)
                .get(0);

        assertEquals(2, campaign.buyers());
        assertEquals(2, campaign.custodians().size());
        assertBlame(
                new Blame(seller("s"), (0.3 + 0.5) / 2, 2),
                campaign.custodians().get(0));
        assertBlame(new Blame(node("n"), 0.25 / 2, 2), campaign.custodians().get(1));
        assertEquals(campaign.custodians().get(0), campaign.explainedBy());
        assertEquals(BACKGROUND, campaign.backgroundShare(), 1e-12);
        assertEquals(
                List.of(
                        new Trace(Kind.PAYEE, "p1", 3, 2, hour(0), hour(2)),
                        new Trace(Kind.CALLER, "n1", 2, 1, hour(0), hour(1)),
                        new Trace(Kind.CALLER, "n2", 1, 1, hour(2), hour(2))),
                campaign.traces());
        // Both amounts of the first buyer are rounded to the even cent.
        assertEquals(List.of(new Loss(new BigDecimal("207.00"), "CNY")), campaign.losses());
        assertEquals(2, campaign.count(Kind.CALLER));
        assertEquals(0, campaign.count(Kind.LINK));
    }

    private static void assertBlame(Blame expected, Blame found) {
        assertEquals(expected.custodian(), found.custodian());
        assertEquals(expected.share(), found.share(), 1e-12);
        assertEquals(expected.buyers(), found.buyers());
    }

    @Test
    void aCustodianIsNamedThatExplainsATenth() {
        ContactTraces traces = new ContactTraces(null, null, "l1", null);
        for (double share : new double[] {0, 0.19, 0.21, 0.75}) {
            Campaign campaign = Campaigns.of(
                            List.of(
                                    contact("c1", "b1", 0, traces, touch(seller("s"), share)),
                                    contact("c2", "b2", 0, traces, touch(node("n"), 0))),
                            GAP)
                    .get(0);
            assertEquals(share > 0.2, campaign.explainedBy() != null, campaign.toString());
        }
    }

    /** Including the bits of the shares; also without the orders, as a replay keeps contacts. */
    @Test
    void theOrderOfContactsDoesNotMatter() {
        Random random = new Random(Seed.of("CampaignsTest.theOrderOfContactsDoesNotMatter"));
        List<Evidence> contacts = new ArrayList<>();
        for (int i = 0; i < 400; i++) {
            ContactTraces traces = new ContactTraces(
                    random.nextInt(3) > 0 ? "n" + random.nextInt(150) : null,
                    random.nextInt(3) == 0 ? "p" + random.nextInt(100) : null,
                    random.nextInt(3) == 0 ? "l" + random.nextInt(100) : null,
                    null);
            contacts.add(contact(
                    "c" + i,
                    "b" + random.nextInt(300),
                    random.nextInt(1000),
                    traces,
                    touch(seller("s" + random.nextInt(9)), random.nextDouble() / 3),
                    touch(node("n"), random.nextDouble() / 3),
                    touch(node("n"), random.nextDouble() / 3)));
        }
        List<Campaign> expected = Campaigns.of(withoutOrders(contacts), GAP);
        Collections.shuffle(contacts, random);
        List<Campaign> found = Campaigns.of(withoutOrders(contacts), GAP);

        assertEquals(expected, found);
        List<Campaign> whole = Campaigns.of(contacts, GAP);
        assertEquals(ids(expected), ids(whole));
        for (int i = 0; i < whole.size(); i++) {
            assertEquals(share(expected.get(i)), share(whole.get(i)), 1e-12);
        }
    }

    /** The share of the custodian that explains most, or 0 if none explains a tenth. */
    private static double share(Campaign campaign) {
        return campaign.explainedBy() == null ? 0 : campaign.explainedBy().share();
    }

    private static List<Evidence> withoutOrders(List<Evidence> contacts) {
        Map<Custodian, Custodian> known = new HashMap<>();
        return contacts.stream().map(contact -> contact.withoutOrders(known)).toList();
    }

    /** A number that everybody forges, and pairs of contacts that are joined last. */
    @Test
    @Timeout(20)
    void manyContactsOfOneCallerTakeNoLongTime() {
        List<Evidence> contacts = new ArrayList<>();
        int count = 100_000;
        for (int i = 0; i < count; i++) {
            String payee = "p" + (i < count / 2 ? i : count - 1 - i);
            contacts.add(contact("c" + i, "b" + i, i / 100, i % 2 == 0 ? "n1" : null, payee, null));
        }
        List<Campaign> campaigns = Campaigns.of(contacts, GAP);

        assertEquals(count, campaigns.stream().mapToInt(Campaign::buyers).sum());
    }

    @Test
    void textThatIsNoIdAndAmountsThatAreNoMoneyAreNoTraces() {
        String longest = "x".repeat(RecordValidator.LONGEST_ID);
        assertEquals(ContactTraces.NONE, new ContactTraces("", " ", longest + "x", new Loss(BigDecimal.ONE, "CNY")));
        assertEquals(longest, new ContactTraces(longest, null, null, null).caller());
        for (String amount :
                List.of("1E+9999999", "1E-9999999", "99999999999999999.00", "1234567890123456789012345678901")) {
            assertNull(new ContactTraces("n1", null, null, new Loss(new BigDecimal(amount), "CNY")).loss(), amount);
        }
        assertEquals(
                new BigDecimal("9999999999999999.00"),
                new ContactTraces("n1", null, null, new Loss(new BigDecimal("9999999999999999"), "CNY"))
                        .loss()
                        .amount());
    }
}
