package io.leaktrace.simulate;

import static io.leaktrace.simulate.Markets.events;
import static io.leaktrace.simulate.Markets.printedSeed;
import static io.leaktrace.simulate.Markets.small;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.leaktrace.domain.ContactDetails;
import io.leaktrace.domain.Custodian;
import io.leaktrace.domain.Dialled;
import io.leaktrace.domain.Field;
import io.leaktrace.domain.OrderEvent;
import io.leaktrace.domain.OrderEventType;
import io.leaktrace.domain.Role;
import io.leaktrace.domain.ScamContact;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** The properties that the scenarios claim about thieves, callers, reporters and data. */
class WorldsTest {

    private static final Set<Field> NAME_AND_PHONE = Set.of(Field.NAME, Field.PHONE);

    private static LocalDate date(SimulatedMarket market, Instant time) {
        return time.atOffset(market.settings().start().getOffset()).toLocalDate();
    }

    /** Within five standard deviations, which a right generator misses once in a million runs. */
    private static void assertShare(double expected, long found, long of) {
        double bound = 5 * Math.sqrt(of * expected * (1 - expected));
        assertTrue(Math.abs(found - of * expected) <= bound, found + " of " + of + ", expected " + expected);
    }

    private static boolean any(Set<Field> disclosed, Set<Field> wanted) {
        return !Collections.disjoint(disclosed, wanted);
    }

    @Test
    void backgroundCallersKnowOrdersBankDataOrNameAndPhoneOnly() {
        long seed = printedSeed("informed background");
        BackgroundHabits habits = BackgroundHabits.informed(seed);
        RandomStream random = RandomStream.of(seed, "test");
        int calls = 50_000;
        int informed = 0;
        int bankLike = 0;
        Map<String, int[]> products = new TreeMap<>();
        for (int i = 0; i < calls; i++) {
            BackgroundHabits.Source source = habits.source(random);
            Set<Field> disclosed = source.disclosed(random);
            if (any(disclosed, BackgroundHabits.ORDER_FACTS)) {
                informed++;
                int[] ofSource = products.computeIfAbsent(source.name(), name -> new int[2]);
                ofSource[0] += disclosed.contains(Field.PRODUCT) ? 1 : 0;
                ofSource[1]++;
            } else if (any(disclosed, BackgroundHabits.BANK_FACTS)) {
                bankLike++;
            } else {
                assertTrue(NAME_AND_PHONE.containsAll(disclosed), disclosed.toString());
            }
        }
        assertShare(0.3, informed, calls);
        assertShare(0.1, bankLike, calls);
        double[] shares = products.values().stream()
                .mapToDouble(product -> product[0] / (double) product[1])
                .sorted()
                .toArray();
        assertTrue(shares[shares.length - 1] - shares[0] > 0.3, "sources differ in how often they know the product");
    }

    @Test
    void theBackgroundOfEveryScenarioButTheStoryIsInformed() {
        long seed = printedSeed("background of scenarios");
        double background = 0.005;
        for (Scenario scenario : List.of(Scenario.QUIET, Scenario.STORY)) {
            MarketOverrides overrides = new MarketOverrides(800, null, 15_000, 400, 50, background, null, null);
            List<CausedContact> contacts = scenario.marketWithoutLeaks(seed, overrides, CallHabits.assumed())
                    .contacts()
                    .caused();
            double informed = contacts.stream()
                            .filter(c -> any(c.contact().disclosed(), BackgroundHabits.ORDER_FACTS))
                            .count()
                    / (double) contacts.size();
            assertEquals(scenario == Scenario.QUIET ? 0.3 : 0.237, informed, 0.04);
        }
    }

    @Test
    void leadTimesHaveTheMeansOfTheirFamilies() {
        RandomStream random = RandomStream.of(printedSeed("families"), "test");
        double gamma = 0;
        double weibull = 0;
        double triangular = 0;
        int n = 100_000;
        for (int i = 0; i < n; i++) {
            gamma += random.gamma(2.5, 3) / n;
            weibull += random.weibull(2, 3) / n;
            double next = random.triangular(0.5, 1.5);
            assertTrue(next >= 0.5 && next < 1.5);
            triangular += next / n;
        }
        assertEquals(3, gamma, 0.05);
        assertEquals(3 * Math.sqrt(Math.PI) / 2, weibull, 0.05);
        assertEquals(1, triangular, 0.01);
    }

    @ParameterizedTest
    @EnumSource(
            value = LeakCallers.class,
            names = {"VARIED", "TWICE_AS_SLOW", "OTHER_KNOWLEDGE"})
    void callersOfDifferentLeaksHaveDifferentHabits(LeakCallers callers) {
        long seed = printedSeed("habits");
        RandomStream random = RandomStream.of(seed, "test");
        Set<Map<Field, Double>> disclosures = new HashSet<>();
        List<Double> means = new ArrayList<>();
        int often = 0;
        int leaks = 60;
        for (int i = 0; i < leaks; i++) {
            LeakHabits habits = callers.habits(new Custodian(Role.SELLER, "s-" + i), seed);
            disclosures.add(habits.discloses());
            assertTrue(Role.SELLER.knows().containsAll(habits.discloses().keySet()));
            assertFalse(
                    callers == LeakCallers.OTHER_KNOWLEDGE && habits.discloses().containsKey(Field.PHONE));
            often += habits.quotes() > 0.1 ? 1 : 0;
            double mean = 0;
            for (int draw = 0; draw < 500; draw++) {
                long seconds = habits.seconds(random);
                assertTrue(seconds > 0 && seconds <= LeakCallers.LONGEST_LEAD);
                mean += seconds / 86_400.0 / 500;
            }
            means.add(mean);
        }
        assertEquals(leaks, disclosures.size());
        assertShare(0.5, often, leaks);
        Collections.sort(means);
        assertTrue(means.get(leaks - 1) > 2 * means.get(0), "means " + means);
    }

    @ParameterizedTest
    @CsvSource({"STOLEN_ARCHIVE, 40", "STOLEN_ARCHIVE_LONG, 180"})
    void ordersOfAnArchiveAreCalledInOneCampaignWhateverTheirAge(Scenario scenario, int archiveDays) {
        long seed = printedSeed("archive");
        SimulatedMarket market = scenario.market(seed, Markets.small(0.0, 1.0, null), CallHabits.assumed());
        List<OrderEvent> events = events(market);
        int reported = 0;
        double expected = 0;
        List<Double> ages = new ArrayList<>();
        for (Leak leak : market.truth()) {
            Leak.Archive archive = leak.archive();
            assertEquals(Duration.ofDays(archiveDays), Duration.between(archive.copiedFrom(), archive.copiedAt()));
            assertEquals(Duration.ofDays(12), Duration.between(leak.from(), leak.to()));
            assertTrue(archive.copiedAt().isBefore(leak.from()));
            Map<String, List<Instant>> copied = new HashMap<>();
            for (OrderEvent event : events) {
                if (event.custodians().contains(leak.custodian()) && leak.covers(event.occurredAt())) {
                    copied.computeIfAbsent(event.buyerId(), buyer -> new ArrayList<>())
                            .add(event.occurredAt());
                    expected += leak.ratePerOrder();
                }
            }
            Set<String> victims = new HashSet<>();
            for (CausedContact caused : market.contacts().caused()) {
                ScamContact contact = caused.contact();
                if (!leak.custodian().equals(caused.cause()) || !victims.add(contact.buyerId())) {
                    continue;
                }
                assertTrue(copied.containsKey(contact.buyerId()));
                assertFalse(contact.contactedAt().isBefore(leak.from()));
                // Those who are called again may report a later call first.
                assertTrue(contact.contactedAt().isBefore(leak.to().plus(Duration.ofDays(6))));
                Instant touched = copied.get(contact.buyerId()).get(0);
                ages.add(Duration.between(touched, archive.copiedAt()).toHours() / (24.0 * archiveDays));
            }
            reported += victims.size();
        }
        // Some report after the end, and some buyers have several orders.
        double bound = 5 * Math.sqrt(expected);
        assertTrue(reported > 0.7 * expected - bound && reported < expected + bound, reported + " of " + expected);
        double mean = ages.stream().mapToDouble(age -> age).average().orElseThrow();
        // The first of several orders counts, so the mean is a little above a half.
        assertTrue(mean > 0.4 && mean < 0.75, "mean age in lengths of the archive: " + mean);
        assertTrue(Collections.min(ages) < 0.25 && Collections.max(ages) > 0.75);
    }

    @Test
    void encryptedOrdersSayWhatTheirSellersSawAndCallersKnowNoMore() {
        SimulatedMarket market = Scenario.WHO_SAW_WHAT.market(
                printedSeed("who saw what"), Markets.small(0.0, 1.0, null), CallHabits.assumed());
        Map<Custodian, Set<Field>> saw = new TreeMap<>();
        Set<Custodian> sellers = new HashSet<>();
        for (OrderEvent event : events(market)) {
            event.custodians().stream()
                    .filter(custodian -> custodian.role() == Role.SELLER)
                    .forEach(sellers::add);
            saw.putAll(event.saw());
        }
        assertTrue(sellers.containsAll(saw.keySet()), "only sellers");
        assertEquals(Set.of(EncryptedOrders.NOT_ENCRYPTED), Set.copyOf(saw.values()));
        assertShare(0.8, saw.size(), sellers.size());
        int ofLeaks = 0;
        for (CausedContact caused : market.contacts().caused()) {
            if (caused.cause() != null) {
                Set<Field> known =
                        saw.getOrDefault(caused.cause(), caused.cause().role().knows());
                assertTrue(known.containsAll(caused.contact().disclosed()), caused.toString());
                ofLeaks++;
            }
        }
        assertTrue(ofLeaks > 20, ofLeaks + " contacts");

        List<OrderEvent> without = new ArrayList<>();
        market.withoutEvidence().orderEvents(without::add);
        assertTrue(without.stream().allMatch(event -> event.saw().isEmpty()));
        assertFalse(market.hasOrdersOf(market.withoutEvidence()));
    }

    @Test
    void callersReturnTheMarkOfTheLeakingCustodian() {
        SimulatedMarket market =
                Scenario.MARKS.market(printedSeed("marks"), Markets.small(null, 1.0, null), CallHabits.assumed());
        Map<String, String> marks = new HashMap<>();
        for (OrderEvent event : events(market)) {
            assertEquals(Set.copyOf(event.custodians()), event.marks().keySet());
            event.marks().forEach((custodian, mark) -> {
                String before = marks.put(custodian + " " + event.buyerId(), mark);
                assertTrue(before == null || before.equals(mark), "one mark for a buyer's orders");
            });
        }
        assertEquals(MarkedOrders.MARKS, Set.copyOf(marks.values()).size());
        int[] contacts = new int[2];
        int[] marked = new int[2];
        int right = 0;
        for (CausedContact caused : market.contacts().caused()) {
            int isLeak = caused.cause() == null ? 0 : 1;
            contacts[isLeak]++;
            if (caused.contact().details().disclosedMark() != null) {
                marked[isLeak]++;
                right += isLeak == 1
                                && marks.get(caused.cause() + " "
                                                + caused.contact().buyerId())
                                        .equals(caused.contact().details().disclosedMark())
                        ? 1
                        : 0;
            }
        }
        assertShare(MarkedOrders.SAYS_MARK, marked[1], contacts[1]);
        assertShare(MarkedOrders.WRONG_MARK, marked[0], contacts[0]);
        assertShare(1 - MarkedOrders.MISHEARD * (1 - 1.0 / MarkedOrders.MARKS), right, marked[1]);
        List<OrderEvent> without = new ArrayList<>();
        market.withoutEvidence().orderEvents(without::add);
        assertTrue(without.stream().allMatch(event -> event.marks().isEmpty()));
    }

    /** Agents open the orders of their sellers; whom they leak, they have opened before. */
    @Test
    void agentsLeakOrdersThatTheyOpened() {
        SimulatedMarket market =
                Scenario.ACCESSES.market(printedSeed("accesses"), Markets.small(null, 1.0, null), CallHabits.assumed());
        Map<String, Custodian> sellers = new HashMap<>();
        Map<Custodian, Integer> sold = new TreeMap<>();
        Map<Custodian, Integer> opened = new TreeMap<>();
        Set<String> openedFor = new HashSet<>();
        for (OrderEvent event : events(market)) {
            if (event.type() == OrderEventType.PLACED) {
                sellers.put(event.orderId(), sellerOf(event));
                sold.merge(sellerOf(event), 1, Integer::sum);
            } else if (event.type() == OrderEventType.ACCESSED) {
                Custodian agent = event.custodians().get(0);
                assertEquals(sellers.get(event.orderId()), agent.whole(), "its seller, after the order");
                opened.merge(agent.whole(), 1, Integer::sum);
                openedFor.add(agent + " " + event.buyerId());
                openedFor.add(agent.whole() + " " + event.buyerId());
            }
        }
        assertEquals(AccessedOrders.SELLERS, opened.size());
        int all = 0;
        int ofAgents = 0;
        for (Custodian seller : opened.keySet()) {
            all += sold.get(seller);
            ofAgents += opened.get(seller);
        }
        assertShare(AccessedOrders.OPENED, ofAgents, all);
        assertTrue(market.truth().get(0).custodian().whole() != null
                || market.truth().get(1).custodian().whole() != null);
        int leaked = 0;
        for (CausedContact caused : market.contacts().caused()) {
            if (caused.cause() != null) {
                assertTrue(
                        openedFor.contains(
                                caused.cause() + " " + caused.contact().buyerId()),
                        caused.toString());
                leaked++;
            }
        }
        assertTrue(leaked > 10, leaked + " contacts");
        List<OrderEvent> without = events(market.withoutEvidence());
        assertTrue(without.stream().noneMatch(event -> event.type() == OrderEventType.ACCESSED));
    }

    @Test
    void callersDialVirtualNumbersOfTheOrdersThatLeaked() {
        SimulatedMarket market =
                Scenario.DIALLED.market(printedSeed("dialled"), Markets.small(null, 1.0, null), CallHabits.assumed());
        Map<String, OrderEvent> placed = new HashMap<>();
        for (OrderEvent event : events(market)) {
            event.custodians().forEach(custodian -> {
                Set<Field> saw = event.saw().get(custodian);
                assertEquals(VirtualNumbers.ROLES.contains(custodian.role()), saw != null, custodian.toString());
                assertTrue(saw == null || !saw.contains(Field.PHONE));
            });
            placed.putIfAbsent(event.orderId(), event);
        }
        int[] known = new int[2];
        int[] virtual = new int[2];
        for (CausedContact caused : market.contacts().caused()) {
            ContactDetails details = caused.contact().details();
            boolean isLeak = caused.cause() != null;
            known[isLeak ? 1 : 0] += details.dialled() == null ? 0 : 1;
            if (details.dialledOrderId() == null) {
                assertTrue(details.dialled() != Dialled.VIRTUAL);
                continue;
            }
            virtual[isLeak ? 1 : 0]++;
            OrderEvent order = placed.get(details.dialledOrderId());
            assertEquals(caused.contact().buyerId(), order.buyerId());
            assertTrue(order.occurredAt().isBefore(caused.contact().contactedAt()), caused.toString());
            assertTrue(!isLeak || VirtualNumbers.ROLES.contains(caused.cause().role()), caused.toString());
        }
        assertTrue(virtual[0] > 0 && virtual[0] < 0.2 * known[0], virtual[0] + " of " + known[0]);
        assertTrue(virtual[1] > 10 && known[1] >= virtual[1], virtual[1] + " of " + known[1]);
        assertTrue(market.withoutEvidence().contacts().caused().stream()
                .allMatch(caused -> caused.contact().details().equals(ContactDetails.NONE)));
    }

    /** Numbers of staged accounts follow those of the buyers of the market. */
    private static boolean isStaged(String buyerId, SimulatedMarket market) {
        return Integer.parseInt(buyerId.substring(2)) > market.settings().buyers();
    }

    private static Map<String, List<OrderEvent>> placedByAccounts(SimulatedMarket market) {
        Map<String, List<OrderEvent>> placed = new TreeMap<>();
        for (OrderEvent event : events(market)) {
            if (event.type() == OrderEventType.PLACED && isStaged(event.buyerId(), market)) {
                placed.computeIfAbsent(event.buyerId(), buyer -> new ArrayList<>())
                        .add(event);
            }
        }
        return placed;
    }

    private static Map<String, List<ScamContact>> reportsOfAccounts(SimulatedMarket market) {
        Map<String, List<ScamContact>> reports = new TreeMap<>();
        for (CausedContact caused : market.contacts().caused()) {
            if (isStaged(caused.contact().buyerId(), market)) {
                assertEquals(null, caused.cause());
                reports.computeIfAbsent(caused.contact().buyerId(), buyer -> new ArrayList<>())
                        .add(caused.contact());
            }
        }
        return reports;
    }

    private static Custodian sellerOf(OrderEvent placed) {
        return placed.custodians().get(0);
    }

    @ParameterizedTest
    @EnumSource(
            value = Scenario.class,
            names = {"FALSE_REPORTS", "CAREFUL_FALSE_REPORTS"})
    void liarsOrderOnceAtTheFramedSellerAndReportACallADayLaterThatQuotesAllThatASellerKnows(Scenario scenario) {
        SimulatedMarket market = small(scenario, printedSeed("false reports"));
        Map<String, List<OrderEvent>> placed = placedByAccounts(market);
        Map<String, List<ScamContact>> reports = reportsOfAccounts(market);
        assertEquals(placed.keySet(), reports.keySet());
        Map<Custodian, Integer> liars = new TreeMap<>();
        int orders = 0;
        for (String account : placed.keySet()) {
            List<OrderEvent> ofAccount = placed.get(account);
            ScamContact report = reports.get(account).get(0);
            assertEquals(1, reports.get(account).size());
            assertEquals(Role.SELLER.knows(), report.disclosed());
            OrderEvent last = ofAccount.get(ofAccount.size() - 1);
            long hours =
                    Duration.between(last.occurredAt(), report.contactedAt()).toHours();
            assertTrue(hours >= 1 && hours < 52, "called " + hours + " hours after the order");
            // A call is wanted after 20 to 28 hours; at night, it is moved to any time of day of the same date.
            LocalDate latest = date(market, last.occurredAt().plus(Duration.ofHours(28)));
            LocalDate called = date(market, report.contactedAt());
            assertFalse(called.isAfter(latest), "called on " + called + ", wanted on " + latest + " at the latest");
            assertTrue(report.quotedOrderId() == null || report.quotedOrderId().equals(last.orderId()));
            liars.merge(sellerOf(last), 1, Integer::sum);
            for (OrderEvent before : ofAccount.subList(0, ofAccount.size() - 1)) {
                assertFalse(sellerOf(before).equals(sellerOf(last)));
            }
            orders += ofAccount.size();
        }
        assertEquals(List.of(10, 20, 40), liars.values().stream().sorted().toList());
        if (scenario == Scenario.FALSE_REPORTS) {
            assertEquals(70, orders);
        } else {
            assertTrue(orders > 3 * 70, "orders of careful liars: " + orders);
        }
    }

    @Test
    void framedSellersOfAUsualMarketHaveTwentyToSixtyOrdersADay() {
        MarketOverrides fewDays = new MarketOverrides(null, 50, null, null, null, 0.0, null, null);
        SimulatedMarket market = Scenario.FALSE_REPORTS.market(printedSeed("framed"), fewDays, CallHabits.assumed());
        Set<Custodian> framed = new HashSet<>();
        placedByAccounts(market).values().forEach(placed -> framed.add(sellerOf(placed.get(0))));
        Map<Custodian, Integer> touches = Markets.touches(events(market));
        for (Custodian seller : framed) {
            double perDay = touches.get(seller) / 50.0;
            assertTrue(perDay >= 20 && perDay <= 61, seller + " has " + perDay + " orders a day");
        }
        assertThrows(
                IllegalArgumentException.class,
                () -> Scenario.FALSE_REPORTS.market(
                        1, new MarketOverrides(200, 49, 1000, null, null, null, null, null), CallHabits.assumed()));
    }

    @Test
    void accomplicesReportBeforeTheyFirstBuyWhetherTheSellerLeaksOrNot() {
        long seed = printedSeed("reports before buying");
        SimulatedMarket market = small(Scenario.REPORTS_BEFORE_BUYING, seed);
        SimulatedMarket innocent =
                Scenario.REPORTS_BEFORE_BUYING.marketWithoutLeaks(seed, Markets.SMALL, CallHabits.assumed());
        assertTrue(market.hasOrdersOf(innocent));
        assertEquals(List.of(), innocent.truth());
        Map<String, List<OrderEvent>> placed = placedByAccounts(market);
        Map<String, List<ScamContact>> reports = reportsOfAccounts(market);
        assertEquals(reports.keySet(), reportsOfAccounts(innocent).keySet());
        assertEquals(8 + 20 + 50, placed.size());
        Set<Custodian> leaking = new HashSet<>();
        market.truth().forEach(leak -> leaking.add(leak.custodian()));
        placed.forEach((account, orders) -> {
            orders.forEach(order -> assertTrue(leaking.contains(sellerOf(order))));
            for (ScamContact report : reports.get(account)) {
                assertTrue(report.reportedAt().isBefore(orders.get(0).occurredAt()));
            }
        });
    }

    @Test
    void callersUseTheFewNumbersOfTheirCentreAndSomeForgedOnes() {
        long seed = printedSeed("call centres");
        SimulatedMarket market =
                Scenario.CALL_CENTRES.market(seed, Markets.small(0.005, 1.0, 1.0), CallHabits.assumed());
        Map<Custodian, Map<String, Set<String>>> victims = new TreeMap<>();
        Map<String, Set<String>> background = new HashMap<>();
        for (CausedContact caused : market.contacts().caused()) {
            Map<String, Set<String>> here = caused.cause() == null
                    ? background
                    : victims.computeIfAbsent(caused.cause(), cause -> new HashMap<>());
            here.computeIfAbsent(caused.contact().caller(), caller -> new HashSet<>())
                    .add(caused.contact().buyerId());
        }
        // A forged number is drawn twice for a leak in about one market of 100, three times in one of a million.
        for (Map<String, Set<String>> ofLeak : victims.values()) {
            int numbers = numbersThatCall(3, ofLeak).size();
            assertTrue(numbers <= CallCentres.NUMBERS_OF_A_LEAK, "numbers of a leak: " + numbers);
        }
        List<Set<String>> ofLeaks = victims.values().stream()
                .map(ofLeak -> numbersThatCall(2, ofLeak))
                .toList();
        Set<String> shared = common(ofLeaks.get(0), ofLeaks.get(1));
        assertTrue(shared.size() > 3, "numbers that call for both leaks: " + shared.size());
        int forOldData = common(shared, background.keySet()).size();
        assertTrue(forOldData > 0.75 * shared.size(), "and for old data: " + forOldData + " of " + shared.size());
        // Two centres have a number in common by chance in one market of 600.
        assertTrue(common(ofLeaks.get(2), ofLeaks.get(3)).size() < 3);
        assertTrue(common(ofLeaks.get(0), ofLeaks.get(3)).size() < 3);
        // From 976 to 1132 in 300 markets.
        int ofBackground = numbersThatCall(2, background).size();
        assertTrue(ofBackground > 800, "numbers of the background: " + ofBackground);
        // From 43 to 48% in 300 markets; 27 or 28% without forged numbers.
        int incidents = background.values().stream().mapToInt(Set::size).sum();
        long once = background.values().stream().filter(n -> n.size() == 1).count();
        assertTrue(once > 0.37 * incidents, "calls from a number that calls once: " + once + " of " + incidents);
    }

    /** Those who have one leak's data share accounts and addresses for some days, with nobody else; others do so too. */
    @Test
    void eachGroupOfScammersHasPayeesAndLinksOfItsOwn() {
        long seed = printedSeed("payees and links");
        SimulatedMarket market =
                Scenario.CALL_CENTRES.market(seed, Markets.small(0.005, 1.0, 1.0), CallHabits.assumed());
        Map<String, Set<String>> causes = new HashMap<>();
        Map<String, List<Instant>> uses = new HashMap<>();
        Map<String, Set<String>> buyers = new HashMap<>();
        int contacts = 0;
        int payees = 0;
        for (CausedContact caused : market.contacts().caused()) {
            contacts++;
            payees += caused.contact().details().payee() == null ? 0 : 1;
            for (String trace : Arrays.asList(
                    caused.contact().details().payee(),
                    caused.contact().details().link())) {
                if (trace != null) {
                    causes.computeIfAbsent(trace, absent -> new TreeSet<>()).add(String.valueOf(caused.cause()));
                    uses.computeIfAbsent(trace, absent -> new ArrayList<>())
                            .add(caused.contact().contactedAt());
                    buyers.computeIfAbsent(trace, absent -> new HashSet<>())
                            .add(caused.contact().buyerId());
                }
            }
        }
        assertEquals(PayeesAndLinks.NAMES_PAYEE, (double) payees / contacts, 0.03);
        causes.forEach((trace, of) -> assertEquals(1, of.size(), trace + " of " + of));
        uses.values()
                .forEach(times -> assertTrue(Duration.between(Collections.min(times), Collections.max(times))
                                .toDays()
                        <= 9));
        for (Leak leak : market.truth()) {
            String cause = leak.custodian().toString();
            assertTrue(causes.keySet().stream()
                    .anyMatch(trace -> causes.get(trace).contains(cause)
                            && buyers.get(trace).size() > 1));
        }
        assertTrue(causes.keySet().stream()
                .anyMatch(trace ->
                        causes.get(trace).contains("null") && buyers.get(trace).size() > 1));
    }

    /** Numbers that call at least this many buyers. */
    private static Set<String> numbersThatCall(int buyers, Map<String, Set<String>> victims) {
        Set<String> numbers = new HashSet<>();
        victims.forEach((number, called) -> {
            if (called.size() >= buyers) {
                numbers.add(number);
            }
        });
        return numbers;
    }

    private static Set<String> common(Set<String> some, Set<String> others) {
        Set<String> both = new HashSet<>(some);
        both.retainAll(others);
        return both;
    }

    /** For each first contact that a leak caused, the contact and the last touch by the leak before the real call. */
    private static List<Duration> leadTimes(SimulatedMarket market) {
        Map<String, List<Instant>> touches = new HashMap<>();
        for (OrderEvent event : events(market)) {
            for (Leak leak : market.truth()) {
                if (event.custodians().contains(leak.custodian()) && leak.covers(event.occurredAt())) {
                    touches.computeIfAbsent(leak.custodian() + "/" + event.buyerId(), key -> new ArrayList<>())
                            .add(event.occurredAt());
                }
            }
        }
        List<Duration> leads = new ArrayList<>();
        for (CausedContact caused : market.contacts().caused()) {
            List<Instant> ofVictim =
                    touches.get(caused.cause() + "/" + caused.contact().buyerId());
            // With several touches, the leaked one is unknown.
            if (ofVictim != null && ofVictim.size() == 1) {
                leads.add(Duration.between(ofVictim.get(0), caused.contact().contactedAt()));
            }
        }
        return leads;
    }

    @Test
    void silentCallersKnowNothingOfTheOrderAndCallAfterEightDaysInTheMean() {
        long seed = printedSeed("silent callers");
        SimulatedMarket market =
                Scenario.SILENT_CALLERS.market(seed, Markets.small(0.0, 1.0, null), CallHabits.assumed());
        for (CausedContact caused : market.contacts().caused()) {
            assertTrue(NAME_AND_PHONE.containsAll(caused.contact().disclosed()));
            assertEquals(null, caused.contact().quotedOrderId());
        }
        for (Leak leak : market.truth()) {
            assertEquals(Duration.ofDays(10), Duration.between(leak.from(), leak.to()));
            assertEquals(0.5, leak.ratePerOrder(), 1e-9, "a tenth at the usual share of reports, five times at 1");
        }
        List<Duration> leads = leadTimes(market);
        double mean = leads.stream().mapToLong(Duration::toHours).average().orElseThrow() / 24;
        assertTrue(mean > 6 && mean < 10.5, "mean lead time, further calls included: " + mean + " days");
        assertTrue(leads.stream().anyMatch(lead -> lead.toDays() > 14));
    }

    @Test
    void victimsAreCalledWithinTheHour() {
        long seed = printedSeed("within the hour");
        SimulatedMarket market =
                Scenario.WITHIN_THE_HOUR.market(seed, Markets.small(0.0, 1.0, null), CallHabits.assumed());
        List<Duration> leads = leadTimes(market);
        assertTrue(leads.stream().allMatch(lead -> lead.toMinutes() >= 15));
        long within = leads.stream().filter(lead -> lead.toMinutes() <= 70).count();
        assertTrue(within > 0.65 * leads.size(), "the rest are further calls: " + within + " of " + leads.size());
    }

    @Test
    void timesToTheDayAreLocalMidnight() {
        long seed = printedSeed("times to the day");
        SimulatedMarket market =
                Scenario.TIMES_TO_THE_DAY.market(seed, Markets.small(null, 1.0, 1.0), CallHabits.assumed());
        market.scamContacts(contact -> {
            for (Instant at : List.of(contact.contactedAt(), contact.reportedAt())) {
                assertEquals(
                        LocalTime.MIDNIGHT, at.atOffset(ZoneOffset.ofHours(8)).toLocalTime());
            }
        });
        assertTrue(leadTimes(market).stream().anyMatch(Duration::isNegative), "calls on the day of the order");
    }

    @Test
    void aThirdOfTheContactsHaveLocalTimesWrittenAsUtc() {
        long seed = printedSeed("mixed clocks");
        SimulatedMarket market =
                Scenario.MIXED_CLOCKS.market(seed, Markets.small(null, 1.0, 0.3), CallHabits.assumed());
        long wrong = market.contacts().caused().stream()
                .filter(c -> ContactClock.writesLocalTimes(c.contact().buyerId()))
                .count();
        double share = wrong / (double) market.contacts().caused().size();
        assertEquals(0.3, share, 0.05);
        List<Duration> leads = leadTimes(market);
        long before = leads.stream().filter(Duration::isNegative).count();
        assertTrue(before > 0.02 * leads.size(), "calls before the order: " + before + " of " + leads.size());
        assertTrue(leads.stream().allMatch(lead -> lead.toHours() >= -8));
    }

    @Test
    void aShortExtractHasFortyReportedVictimsOfEachLeak() {
        SimulatedMarket market = Scenario.SHORT_EXTRACT.market(printedSeed("short extract"));
        assertEquals(5, market.settings().days());
        assertEquals(3, market.truth().size());
        for (Leak leak : market.truth()) {
            assertEquals(
                    LeakPlanner.SHORT_VICTIMS,
                    Markets.victims(market.contacts(), leak.custodian()).size());
        }
    }

    @Test
    void theHiddenLeakersVictimsHaveSixtySellersInCommon() {
        long seed = printedSeed("hidden leaker");
        SimulatedMarket market =
                Scenario.HIDDEN_LEAKER.market(seed, Markets.small(0.0, 1.0, 1.0), CallHabits.assumed());
        Leak leak = market.truth().get(0);
        Map<String, Set<Custodian>> sellersOfBuyers = new HashMap<>();
        for (OrderEvent event : events(market)) {
            assertFalse(event.custodians().contains(leak.custodian()), "no order names it");
            if (event.type() == OrderEventType.PLACED && leak.covers(event.occurredAt())) {
                sellersOfBuyers
                        .computeIfAbsent(event.buyerId(), buyer -> new HashSet<>())
                        .add(sellerOf(event));
            }
        }
        Set<Custodian> sellers = new HashSet<>();
        for (String victim : Markets.victims(market.contacts(), leak.custodian())) {
            if (sellersOfBuyers.get(victim).size() == 1) {
                sellers.addAll(sellersOfBuyers.get(victim));
            }
        }
        assertTrue(
                sellers.size() > 50 && sellers.size() <= MarketMaker.SELLERS_OF_HIDDEN,
                "sellers of victims: " + sellers.size());
    }
}
