package io.leaktrace.simulate;

import static io.leaktrace.simulate.Markets.printedSeed;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.leaktrace.domain.Custodian;
import io.leaktrace.domain.Field;
import io.leaktrace.domain.Role;
import io.leaktrace.imports.CsvFiles;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class LeakCallsTest {

    private static final Instant FROM = Instant.parse("2014-07-01T00:00:00Z");
    private static final ZoneOffset CHINA = ZoneOffset.ofHours(8);
    private static final double SHARE = 0.2;

    private final IncidentTally tally = new IncidentTally();
    private final List<CausedContact> contacts = new ArrayList<>();

    private LeakCalls calls(long seed) {
        ContactMaker maker = new ContactMaker(CallHabits.assumed(), CallerNumbers.usual(), CHINA, "CNY");
        return new LeakCalls(maker, LeakCallers.UNIFORM, SHARE, seed, tally, contacts::add);
    }

    /** Within five standard deviations, which a right generator misses once in a million runs. */
    private static void assertBinomial(int n, double p, long found) {
        double bound = 5 * Math.sqrt(n * p * (1 - p));
        assertTrue(Math.abs(found - n * p) <= bound, found + " of " + n + ", expected " + n * p + " ± " + bound);
    }

    @Test
    void victimsReportAtTheRateOfTheLeakAndOthersKeepSilent() {
        long seed = printedSeed("leak rate");
        Leak leak = new Leak(new Custodian(Role.SELLER, "s-1"), FROM, null, 0.05);
        LeakCalls calls = calls(seed);
        int orders = 20_000;
        for (int i = 0; i < orders; i++) {
            calls.touched(leak, "b-" + i, "o-" + i, FROM.plusSeconds(i * 60L));
        }
        assertBinomial(orders, 0.05, tally.reported());
        assertBinomial(orders, 0.05 / SHARE, tally.happened());
        long reporters =
                contacts.stream().map(c -> c.contact().buyerId()).distinct().count();
        assertEquals(tally.reported(), reporters, "each has an order of his own");
        Map<String, Long> contactsOf =
                contacts.stream().collect(Collectors.groupingBy(c -> c.contact().buyerId(), Collectors.counting()));
        assertBinomial(
                (int) reporters,
                0.25,
                contactsOf.values().stream().filter(n -> n > 1).count());
        assertEquals(3L, Collections.max(contactsOf.values()));
    }

    @Test
    void whatTheRoleDoesNotKnowIsNotDisclosedAndTheCallFollowsByDayWithinFourteenDays() {
        long seed = printedSeed("leak contents");
        LeakCalls calls = calls(seed);
        for (Role role : Role.values()) {
            contacts.clear();
            Leak leak = new Leak(new Custodian(role, "x"), FROM, null, 1);
            int orders = 4000;
            List<Instant> touched = new ArrayList<>();
            for (int i = 0; i < orders; i++) {
                touched.add(FROM.plusSeconds(i * 977L));
                calls.touched(leak, "b-" + i, "o-" + i, touched.get(i));
            }
            int[] known = new int[Field.values().length];
            int quoted = 0;
            String last = "";
            for (CausedContact caused : contacts) {
                assertTrue(role.knows().containsAll(caused.contact().disclosed()));
                if (!caused.contact().buyerId().equals(last)) { // the first of each victim
                    last = caused.contact().buyerId();
                    caused.contact().disclosed().forEach(field -> known[field.ordinal()]++);
                    quoted += caused.contact().quotedOrderId() != null ? 1 : 0;
                    Instant touch = touched.get(Integer.parseInt(last.substring(2)));
                    Duration lead = Duration.between(touch, caused.contact().contactedAt());
                    assertTrue(lead.toSeconds() > 0 && lead.compareTo(Duration.ofDays(14)) <= 0, "lead " + lead);
                    int hour = caused.contact().contactedAt().atOffset(CHINA).getHour();
                    assertTrue(hour >= 6 && hour < 23, "at " + hour);
                }
            }
            for (Field field : role.knows()) {
                assertBinomial(orders, 0.6, known[field.ordinal()]);
            }
            assertBinomial(orders, 0.25, quoted);
        }
    }

    @Test
    void onlyWhatIsTouchedWhileItLeaksIsLeaked() {
        Leak leak = new Leak(new Custodian(Role.SELLER, "s-1"), FROM, FROM.plusSeconds(100), 1);
        LeakCalls calls = calls(printedSeed("leak range"));
        calls.touched(leak, "b-1", "o-1", FROM.minusSeconds(1));
        calls.touched(leak, "b-2", "o-2", FROM.plusSeconds(100));
        assertEquals(0, tally.happened());
        calls.touched(leak, "b-3", "o-3", FROM);
        calls.touched(leak, "b-4", "o-4", FROM.plusSeconds(99));
        assertEquals(2, tally.reported());
    }

    @Test
    void oneLeakMoreChangesNothingOfTheOthersVictims() {
        long seed = printedSeed("independence");
        SimulatedMarket quiet = Markets.small(Scenario.QUIET, seed);
        SimulatedMarket hub = Markets.small(Scenario.LEAKING_HUB, seed);
        assertEquals(Markets.events(quiet), Markets.events(hub));
        assertEquals(
                quiet.contacts().caused().stream()
                        .map(c -> c.contact().contactedAt())
                        .sorted()
                        .toList(),
                hub.contacts().caused().stream()
                        .filter(c -> c.cause() == null)
                        .map(c -> c.contact().contactedAt())
                        .sorted()
                        .toList(),
                "the background is the same");
    }

    @Test
    void theShareOfAllIncidentsThatIsReportedIsAsSet() {
        long seed = printedSeed("reported share");
        for (double share : new double[] {0.1, 0.2, 0.3}) {
            SimulatedMarket market =
                    Scenario.BIG_SELLER.market(seed, Markets.small(0.001, share, 0.04), CallHabits.assumed());
            assertBinomial(
                    (int) market.contacts().incidents(),
                    share,
                    market.contacts().reportedIncidents());
        }
        SimulatedMarket usual = Markets.small(Scenario.BIG_SELLER, seed);
        SimulatedMarket half = Scenario.BIG_SELLER.market(seed, Markets.small(null, 0.1, null), CallHabits.assumed());
        assertEquals(
                usual.truth().get(0).ratePerOrder() / 2, half.truth().get(0).ratePerOrder(), 1e-12);
    }

    @Test
    void victimsInAMarketAreWithinBinomialBounds() {
        long seed = printedSeed("victims of big-seller");
        SimulatedMarket market = Scenario.BIG_SELLER.market(seed, Markets.small(0.0, null, 0.05), CallHabits.assumed());
        Leak leak = market.truth().get(0);
        int touched = (int) Markets.events(market).stream()
                .filter(e -> e.custodians().contains(leak.custodian()) && leak.covers(e.occurredAt()))
                .count();
        assertBinomial(touched, 0.05, market.contacts().reportedIncidents());
        assertTrue(Markets.victims(market.contacts(), leak.custodian()).size()
                <= market.contacts().reportedIncidents());
    }

    @Test
    void reportsAreDelayedByThreeHoursInTheMedianAndByFiveDaysAtTheNinthTenth() {
        RandomStream random = RandomStream.of(printedSeed("delays"), "delays");
        long[] delays = new long[100_000];
        Arrays.setAll(delays, i -> CallHabits.assumed().delay().seconds(random));
        assertBinomial(delays.length, 0.5, count(delays, 3.4));
        assertBinomial(delays.length, 0.9, count(delays, 126));
        assertEquals(delays.length, count(delays, 14 * 24));
    }

    @Test
    void habitsOfTheComplaintsToTheFtcAreThoseOfTheAssumption() throws IOException {
        CallHabits habits = FtcComplaints.habits(CsvFiles.realData("ftc/dnc_complaints_2021-07-08.csv"), bad -> {
            throw new AssertionError(bad);
        });
        RandomStream random = RandomStream.of(printedSeed("ftc"), "ftc");
        long[] delays = new long[20_000];
        int[] hours = new int[24];
        for (int i = 0; i < delays.length; i++) {
            delays[i] = habits.delay().seconds(random);
            hours[habits.hours().secondOfDay(random) / 3600]++;
        }
        assertEquals(0, hours[0]);
        assertTrue(hours[11] > 20 * hours[4]);
        Arrays.sort(delays);
        assertTrue(delays[0] > 0 && delays[delays.length - 1] <= CallHabits.LONGEST_DELAY);
        double median = delays[delays.length / 2] / 3600.0;
        assertTrue(median > 2 && median < 5, "median " + median + " h");
    }

    private static long count(long[] delays, double hours) {
        return Arrays.stream(delays).filter(delay -> delay <= hours * 3600).count();
    }
}
