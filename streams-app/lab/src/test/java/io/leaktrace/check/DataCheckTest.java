package io.leaktrace.check;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.leaktrace.check.CheckFinding.Code;
import io.leaktrace.check.CheckFinding.Kind;
import io.leaktrace.check.CheckFinding.Level;
import io.leaktrace.check.CheckReport.Verdict;
import io.leaktrace.domain.Custodian;
import io.leaktrace.domain.InputRecord;
import io.leaktrace.domain.OrderEvent;
import io.leaktrace.domain.OrderEventType;
import io.leaktrace.domain.ReportSource;
import io.leaktrace.domain.Role;
import io.leaktrace.domain.ScamContact;
import io.leaktrace.localize.ModelSettings;
import io.leaktrace.simulate.CallHabits;
import io.leaktrace.simulate.MarketOverrides;
import io.leaktrace.simulate.Scenario;
import io.leaktrace.simulate.SimulatedMarket;
import io.leaktrace.testing.Seed;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** A check finds the trouble of each market, names it first, and finds none in a sound one. */
class DataCheckTest {

    private static final Duration SHIFT = Duration.ofHours(8);

    private static final Pattern ABOUT_HOURS = Pattern.compile("about ([+-]\\d+)");

    /** Hours by which a stated offset may be wrong. */
    private static final int HOURS_OFF = 2;

    private static long seed;
    private static List<InputRecord> sound;

    @BeforeAll
    static void simulate() {
        seed = Seed.of("DataCheckTest");
        MarketOverrides size = new MarketOverrides(200, 40, 4_000, 300, 50, 0.003, null, null);
        for (int market = 0; sound == null || hasProviderOfOneSeller(sound); market++) {
            sound = records(Scenario.QUIET.market(seed + market, size, CallHabits.assumed()));
        }
    }

    private static boolean hasProviderOfOneSeller(List<InputRecord> records) {
        return check(records).findings().stream().anyMatch(DataCheckTest::isProviderOfOneSeller);
    }

    /** In a small market, a provider may serve one seller only, and the two are rightly named. */
    private static boolean isProviderOfOneSeller(CheckFinding finding) {
        return finding.kind() == Kind.TOGETHER
                && finding.text().contains("SELLER")
                && finding.text().contains("SERVICE_PROVIDER");
    }

    private static SimulatedMarket market(Scenario scenario, Integer days) {
        MarketOverrides small = new MarketOverrides(150, days, 3_000, 400, 50, null, null, null);
        // Of about 14% of calls at night, 8% must be seen: with the 300 contacts of a small market, one of 60 hid them.
        MarketOverrides large = new MarketOverrides(500, days, 10_000, 400, 50, null, null, null);
        return scenario.market(seed, scenario == Scenario.MIXED_CLOCKS ? large : small, CallHabits.assumed());
    }

    private static List<InputRecord> records(SimulatedMarket market) {
        List<InputRecord> records = new ArrayList<>();
        market.inEventTime(records::add, records::add);
        return records;
    }

    private static CheckReport check(List<InputRecord> records) {
        DataCheck check = new DataCheck(ModelSettings.defaults());
        records.forEach(check::accept);
        return check.report(false);
    }

    @ParameterizedTest
    @EnumSource(Scenario.class)
    void theTroubleOfEachScenarioIsFound(Scenario scenario) {
        Integer days = scenario == Scenario.SHORT_EXTRACT ? 5 : null;
        CheckReport report = check(records(market(scenario, days)));
        Kind expected =
                switch (scenario) {
                    case SHORT_EXTRACT -> Kind.SHORT;
                    case TIMES_TO_THE_DAY -> Kind.DATES_ONLY;
                    case MIXED_CLOCKS -> Kind.CLOCK;
                    default -> null;
                };
        if (expected == null) {
            assertNoReservations(report);
        } else {
            assertEquals(Verdict.RESERVATIONS, report.verdict());
            assertEquals(expected, report.findings().get(0).kind());
        }
    }

    private static void assertNoReservations(CheckReport report) {
        assertTrue(
                report.findings().stream()
                        .allMatch(finding -> finding.level() == Level.NOTE || isProviderOfOneSeller(finding)),
                report.findings().toString());
    }

    private static Arguments trouble(
            String name, Kind kind, Level level, String text, Function<InputRecord, InputRecord> change) {
        return Arguments.of(name, kind, level, text, change);
    }

    private static Function<InputRecord, InputRecord> ofOrders(UnaryOperator<OrderEvent> change) {
        return record -> record instanceof OrderEvent event ? change.apply(event) : record;
    }

    private static Function<InputRecord, InputRecord> ofContacts(UnaryOperator<ScamContact> change) {
        return record -> record instanceof ScamContact contact ? change.apply(contact) : record;
    }

    static Stream<Arguments> troubles() {
        Instant from = sound.get(0).eventTime();
        Instant later = from.plus(Duration.ofDays(20));
        Custodian seller = busiest(Role.SELLER);
        return Stream.of(
                trouble(
                        "all contacts 8 hours later",
                        Kind.CLOCK,
                        Level.RESERVATION,
                        "about +8",
                        ofContacts(c -> shifted(c, SHIFT))),
                trouble(
                        "all contacts 8 hours earlier",
                        Kind.CLOCK,
                        Level.RESERVATION,
                        "about -8",
                        ofContacts(c -> shifted(c, SHIFT.negated()))),
                trouble(
                        "all orders 8 hours later",
                        Kind.CLOCK,
                        Level.RESERVATION,
                        "about -8",
                        ofOrders(e -> shifted(e, SHIFT))),
                trouble(
                        "one type 8 hours earlier",
                        Kind.CLOCK,
                        Level.RESERVATION,
                        "PAID event comes before the order was placed, by up to 8 hours",
                        ofOrders(e -> e.type() == OrderEventType.PAID ? shifted(e, SHIFT.negated()) : e)),
                trouble(
                        "one type 8 hours later",
                        Kind.CLOCK,
                        Level.RESERVATION,
                        "PAID earlier than 8 hours after",
                        ofOrders(e -> e.type() == OrderEventType.PAID ? shifted(e, SHIFT) : e)),
                trouble(
                        "one seller 8 hours later",
                        Kind.CLOCK,
                        Level.RESERVATION,
                        // Also its provider, if that serves hardly anybody else.
                        seller + "… come at other hours of the day than those of other custodians, by about +8",
                        ofOrders(e -> e.custodians().contains(seller) ? shifted(e, SHIFT) : e)),
                trouble(
                        "one source 8 hours later",
                        Kind.CLOCK,
                        Level.RESERVATION,
                        "contacts from POLICE come at other hours of the day than the contacts from BUYER, by about +8",
                        ofContacts(c -> isOfPolice(c)
                                ? from(shifted(c, SHIFT), ReportSource.POLICE)
                                : from(c, ReportSource.BUYER))),
                trouble(
                        "pseudonyms by another key",
                        Kind.BUYERS_UNKNOWN,
                        Level.BLOCKER,
                        "Pseudonyms by another key look like this",
                        ofContacts(c -> withBuyer(c, "other " + c.buyerId()))),
                trouble(
                        "pseudonyms of one source by another key",
                        Kind.BUYERS_UNKNOWN,
                        Level.RESERVATION,
                        "100% of the contacts from POLICE have no order",
                        ofContacts(c ->
                                isOfPolice(c) ? from(withBuyer(c, "other " + c.buyerId()), ReportSource.POLICE) : c)),
                missing(Role.SELLER),
                missing(Role.LOGISTICS_NODE),
                missing(Role.PAYMENT_CHANNEL),
                missing(Role.SERVICE_PROVIDER),
                trouble(
                        "a role missing in half of the orders",
                        Kind.ROLE_INCOMPLETE,
                        Level.RESERVATION,
                        "name a PAYMENT_CHANNEL",
                        ofOrders(e -> e.orderId().hashCode() % 2 == 0 ? without(e, Role.PAYMENT_CHANNEL) : e)),
                trouble(
                        "two custodians always together",
                        Kind.TOGETHER,
                        Level.RESERVATION,
                        seller + " and SERVICE_PROVIDER:twin (",
                        ofOrders(e -> e.custodians().contains(seller) ? with(e, "twin") : e)),
                trouble(
                        "five days only",
                        Kind.SHORT,
                        Level.RESERVATION,
                        "span only 5 days",
                        record -> isBetween(record, later, Duration.ofDays(5)) ? record : null),
                trouble(
                        "less than two days",
                        Kind.TOO_SHORT,
                        Level.BLOCKER,
                        "less than two days",
                        record -> isBetween(record, later, Duration.ofHours(12)) ? record : null),
                trouble(
                        "four days of orders missing",
                        Kind.GAP,
                        Level.RESERVATION,
                        "hardly any order events",
                        record -> record instanceof OrderEvent && isBetween(record, later, Duration.ofDays(4))
                                ? null
                                : record),
                trouble(
                        "contacts of a part of the time",
                        Kind.CONTACTS_PARTLY,
                        Level.RESERVATION,
                        "days of orders",
                        // Of 40 days. Some of the others were called a week before they reported it.
                        record -> record instanceof ScamContact
                                        && record.eventTime().isBefore(from.plus(Duration.ofDays(29)))
                                ? null
                                : record),
                trouble(
                        "contacts with a date only",
                        Kind.DATES_ONLY,
                        Level.RESERVATION,
                        "are at 00:00 UTC",
                        ofContacts(DataCheckTest::atMidnight)),
                trouble(
                        "contacts of another year",
                        Kind.SPANS_APART,
                        Level.BLOCKER,
                        "Contacts are from 2015-",
                        ofContacts(c -> shifted(c, Duration.ofDays(365)))),
                trouble(
                        "no contacts",
                        Kind.NO_CONTACTS,
                        Level.BLOCKER,
                        "no scam contact",
                        record -> record instanceof ScamContact ? null : record),
                trouble(
                        "no orders",
                        Kind.NO_ORDERS,
                        Level.BLOCKER,
                        "no order event",
                        record -> record instanceof OrderEvent ? null : record));
    }

    private static Arguments missing(Role role) {
        return trouble(
                "no " + role,
                Kind.ROLE_MISSING,
                Level.RESERVATION,
                "No order names a " + role,
                ofOrders(e -> without(e, role)));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("troubles")
    void aPlantedTroubleIsNamedFirst(
            String name, Kind kind, Level level, String text, Function<InputRecord, InputRecord> change) {
        List<InputRecord> changed =
                sound.stream().map(change).filter(record -> record != null).toList();
        CheckReport report = check(changed);
        CheckFinding first = report.findings().get(0);
        assertEquals(kind, first.kind(), report.findings().toString());
        assertEquals(level, first.level(), first.text());
        // The pattern of a day is known to the hour at best, of quiet hours less exactly (docs/check.md).
        Matcher hours = ABOUT_HOURS.matcher(text);
        int wanted = hours.find() ? Integer.parseInt(hours.group(1)) : 0;
        Matcher stated = ABOUT_HOURS.matcher(first.text());
        assertEquals(wanted, stated.find() ? Integer.parseInt(stated.group(1)) : 0, HOURS_OFF, first.text());
        String words = ABOUT_HOURS.matcher(text).replaceAll("about ");
        assertTrue(Stream.of(words.split("…")).allMatch(first.text()::contains), first.text());
        assertEquals(level == Level.BLOCKER ? Verdict.CANNOT : Verdict.RESERVATIONS, report.verdict());
        for (CheckFinding finding : report.findings()) {
            String chinese = CHINESE.get("check.text." + finding.code());
            PLACEHOLDER.matcher(chinese).results().forEach(placeholder -> {
                int value = Integer.parseInt(placeholder.group(1));
                assertTrue(value < finding.values().size(), chinese + " of " + finding);
            });
        }
    }

    /** The console's texts of reports in Chinese, by key. */
    private static final Map<String, String> CHINESE = texts("zh.js");

    private static final Pattern PLACEHOLDER = Pattern.compile("\\{([0-9]+)\\}");

    private static Map<String, String> texts(String dictionary) {
        try (InputStream in = DataCheckTest.class.getResourceAsStream("/console/" + dictionary)) {
            String content = new String(in.readAllBytes(), StandardCharsets.UTF_8);
            return Pattern.compile("'(check\\.[A-Za-z_.]+)': '([^']*)'")
                    .matcher(content)
                    .results()
                    .collect(Collectors.toMap(text -> text.group(1), text -> text.group(2)));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void theConsoleHasATextForEachFinding() {
        Map<String, String> english = texts("en.js");
        for (Code code : Code.values()) {
            assertTrue(CHINESE.containsKey("check.text." + code), "check.text." + code);
            assertTrue(
                    CHINESE.containsKey("check.advice." + code) || CHINESE.containsKey("check.advice." + code.kind()),
                    "check.advice." + code);
            assertTrue(english.containsKey("check.kind." + code.kind()), "check.kind." + code.kind());
        }
        Set<String> chinese = new TreeSet<>(CHINESE.keySet());
        chinese.removeIf(key -> key.startsWith("check.text.") || key.startsWith("check.advice."));
        assertEquals(new TreeSet<>(english.keySet()), chinese);
    }

    @Test
    void theReportDoesNotDependOnTheOrderOfRecords() {
        List<InputRecord> shuffled = new ArrayList<>(sound);
        Collections.shuffle(shuffled, new Random(seed));
        assertEquals(check(sound), check(shuffled));
        CheckReport[] sampled = new CheckReport[2];
        List<List<InputRecord>> orders = List.of(sound, shuffled);
        for (int i = 0; i < sampled.length; i++) {
            DataCheck check = new DataCheck(ModelSettings.defaults(), 10_000);
            orders.get(i).forEach(check::accept);
            sampled[i] = check.report(false);
        }
        assertEquals(sampled[0], sampled[1]);
        assertTrue(sampled[0].sampled() < 1);
        assertEquals(1, check(sound).orders().buyers() / sampled[0].orders().buyers(), 0.15);
        assertNoReservations(sampled[0]);
    }

    @Test
    void rowsThatAreNoRecordsAreCountedByReason() {
        DataCheck check = new DataCheck(ModelSettings.defaults());
        sound.forEach(check::accept);
        for (int row = 0; row < sound.size(); row++) {
            check.onLeftOut("unknown type 'T" + row + "' at 2024-07-01T00:00:0" + row % 10 + "Z");
        }
        check.onLeftOut("'buyerId' is missing");
        check.onLeftOut("'2024' is not a time in ISO-8601");
        CheckReport report = check.report(false);
        assertEquals(
                Map.of(
                        "unknown type '…' at …",
                        (long) sound.size(),
                        "'…' is missing",
                        1L,
                        "'…' is not a time in ISO-8601",
                        1L),
                report.rows().reasons());
        assertEquals(Kind.ROWS_LEFT_OUT, report.findings().get(0).kind());
        assertFalse(report.findings().get(0).text().contains("T1"), "no value of a row is repeated");
    }

    @Test
    void duplicatesAreCounted() {
        List<InputRecord> twice = new ArrayList<>(sound);
        twice.addAll(sound);
        CheckReport report = check(twice);
        assertEquals(0.5, report.rows().duplicateShare(), 1e-9);
        assertEquals(Kind.DUPLICATES, report.findings().get(0).kind());
        assertEquals(Verdict.FINE, report.verdict());
    }

    private static Custodian busiest(Role role) {
        Map<Custodian, Integer> touches = new TreeMap<>();
        for (InputRecord record : sound) {
            if (record instanceof OrderEvent event) {
                event.custodians().stream()
                        .filter(custodian -> custodian.role() == role)
                        .forEach(custodian -> touches.merge(custodian, 1, Integer::sum));
            }
        }
        return Collections.max(touches.entrySet(), Map.Entry.comparingByValue()).getKey();
    }

    static boolean isBetween(InputRecord record, Instant from, Duration length) {
        return !record.eventTime().isBefore(from) && record.eventTime().isBefore(from.plus(length));
    }

    private static boolean isOfPolice(ScamContact contact) {
        return contact.contactId().hashCode() % 2 == 0;
    }

    private static OrderEvent shifted(OrderEvent e, Duration shift) {
        return new OrderEvent(
                e.eventId(), e.orderId(), e.buyerId(), e.type(), e.occurredAt().plus(shift), e.custodians());
    }

    static OrderEvent without(OrderEvent e, Role role) {
        return of(e, e.custodians().stream().filter(custodian -> custodian.role() != role));
    }

    private static OrderEvent with(OrderEvent e, String provider) {
        return of(e, Stream.concat(e.custodians().stream(), Stream.of(new Custodian(Role.SERVICE_PROVIDER, provider))));
    }

    private static OrderEvent of(OrderEvent e, Stream<Custodian> custodians) {
        return new OrderEvent(e.eventId(), e.orderId(), e.buyerId(), e.type(), e.occurredAt(), custodians.toList());
    }

    static ScamContact shifted(ScamContact c, Duration shift) {
        return of(c, c.buyerId(), c.contactedAt().plus(shift), c.reportedAt().plus(shift), c.source());
    }

    private static ScamContact atMidnight(ScamContact c) {
        Instant midnight = c.contactedAt()
                .atZone(ZoneOffset.UTC)
                .toLocalDate()
                .atStartOfDay(ZoneOffset.UTC)
                .toInstant();
        return of(c, c.buyerId(), midnight, c.reportedAt(), c.source());
    }

    private static ScamContact withBuyer(ScamContact c, String buyer) {
        return of(c, buyer, c.contactedAt(), c.reportedAt(), c.source());
    }

    private static ScamContact from(ScamContact c, ReportSource source) {
        return of(c, c.buyerId(), c.contactedAt(), c.reportedAt(), source);
    }

    private static ScamContact of(
            ScamContact c, String buyer, Instant contactedAt, Instant reportedAt, ReportSource source) {
        return new ScamContact(
                c.contactId(),
                buyer,
                contactedAt,
                reportedAt,
                c.channel(),
                c.caller(),
                c.impersonated(),
                c.disclosed(),
                c.quotedOrderId(),
                c.loss(),
                source);
    }
}
