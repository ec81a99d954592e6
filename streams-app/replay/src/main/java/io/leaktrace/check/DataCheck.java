package io.leaktrace.check;

import io.leaktrace.check.CheckFinding.Level;
import io.leaktrace.check.CheckReport.Background;
import io.leaktrace.check.CheckReport.Clock;
import io.leaktrace.check.CheckReport.Contacts;
import io.leaktrace.check.CheckReport.Gap;
import io.leaktrace.check.CheckReport.Leak;
import io.leaktrace.check.CheckReport.Orders;
import io.leaktrace.check.CheckReport.Power;
import io.leaktrace.check.CheckReport.RoleCoverage;
import io.leaktrace.check.CheckReport.Rows;
import io.leaktrace.check.CheckReport.Times;
import io.leaktrace.check.CheckReport.Together;
import io.leaktrace.check.CheckReport.Verdict;
import io.leaktrace.check.SampleFigures.Match;
import io.leaktrace.domain.Custodian;
import io.leaktrace.domain.InputRecord;
import io.leaktrace.domain.OrderEvent;
import io.leaktrace.domain.OrderEventType;
import io.leaktrace.domain.ReportSource;
import io.leaktrace.domain.Role;
import io.leaktrace.domain.ScamContact;
import io.leaktrace.localize.DetectionPower;
import io.leaktrace.localize.ModelSettings;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Examines order events and contacts: whether they can answer which custodian leaks, and which leaks they would show.
 *
 * <p>The report depends on the records alone, not on their order. Memory is bounded: rows, days, hours and custodians are
 * counted over all records; what needs all records of a buyer is examined on a sample of buyers if there are many.
 */
public final class DataCheck {

    /** Order events and contacts that are held at most. */
    private static final int MAX_RECORDS = 1_000_000;

    /** Reasons that are kept apart at most. */
    private static final int MAX_REASONS = 1_000;

    private static final int SHOWN_REASONS = 10;

    /** Touches of a custodian from which on its hours are compared with those of others. */
    private static final int MIN_TOUCHES = 200;

    private static final int[] SIZES = {10, 100, 1_000, 10_000};

    /** Chance from which on a leak counts as seen. */
    private static final double SEEN = 0.8;

    private final ModelSettings settings;
    private final RecordSample sample;

    private final Map<String, Long> reasons = new TreeMap<>();
    private long leftOut;

    private final DayCounts orderDays = new DayCounts();
    private final DayCounts contactDays = new DayCounts();
    private final Map<Role, DayCounts> roleDays = new EnumMap<>(Role.class);
    private final Map<OrderEventType, TimesOfDay> orderTimes = new EnumMap<>(OrderEventType.class);
    private final TimesOfDay[] contactTimes = new TimesOfDay[RecordSample.UNKNOWN_SOURCE + 1];

    /** Number of touches of each custodian. */
    private final Map<Custodian, long[]> touches = new HashMap<>();

    /** @param settings of the model that the data are for */
    public DataCheck(ModelSettings settings) {
        this(settings, MAX_RECORDS);
    }

    /** @param maxRecords number of order events and contacts that are held at most */
    DataCheck(ModelSettings settings, int maxRecords) {
        this.settings = settings;
        this.sample = new RecordSample(maxRecords);
        Arrays.setAll(contactTimes, source -> new TimesOfDay());
    }

    /** Adds an order event or a contact; ignores other records. */
    public void accept(InputRecord record) {
        if (record instanceof OrderEvent event) {
            long time = event.occurredAt().toEpochMilli();
            orderDays.add(time);
            orderTimes.computeIfAbsent(event.type(), type -> new TimesOfDay()).add(time);
            int roles = 0;
            for (Custodian custodian : event.custodians()) {
                touches.computeIfAbsent(custodian, added -> new long[1])[0]++;
                int bit = 1 << custodian.role().ordinal();
                if ((roles & bit) == 0) {
                    roles |= bit;
                    roleDays.computeIfAbsent(custodian.role(), added -> new DayCounts())
                            .add(time);
                }
            }
            sample.add(event);
        } else if (record instanceof ScamContact contact) {
            contactDays.add(contact.contactedAt().toEpochMilli());
            contactTimes[RecordSample.source(contact)].add(contact.contactedAt().toEpochMilli());
            sample.add(contact);
        }
    }

    /** Counts a row that is no record. */
    public void onLeftOut(String reason) {
        leftOut++;
        String general = reason.replaceAll("'[^']*'", "'…'").replaceAll("(?<!ISO-[0-9]{0,3})[0-9][0-9T:.Z+-]*", "…");
        reasons.merge(reasons.size() < MAX_REASONS || reasons.containsKey(general) ? general : "other", 1L, Long::sum);
    }

    /**
     * Returns what was found.
     *
     * @param withPower whether to compute which leaks would be seen, which takes some seconds
     */
    public CheckReport report(boolean withPower) {
        DayCounts.Span orderSpan = orderDays.span();
        DayCounts.Span contactSpan = contactDays.span();
        SampleFigures figures = figures();
        double days = orderSpan == null ? 0 : orderSpan.days();
        Orders orders = orders(figures, days);
        List<Together> together = AlwaysTogether.groups(figures, sample, days);
        Background background = null;
        List<Power> power = List.of();
        if (figures.contacts() > 0 && figures.orders > 0 && !touches.isEmpty()) {
            DetectionPower simulation = simulation(figures);
            background = new Background(simulation.incidentsPerBuyerDay(), simulation.threshold());
            power = withPower ? power(simulation, orders) : List.of();
        }
        CheckReport unjudged = new CheckReport(
                Verdict.FINE,
                List.of(),
                sample.share(),
                rows(figures),
                times(orderSpan, contactSpan),
                orders,
                contacts(figures),
                roles(figures),
                clocks(),
                together,
                background,
                power);
        List<CheckFinding> findings =
                new FindingRules(unjudged, figures, orderTimes, contactTimes, settings, orderSpan, contactDays).all();
        return unjudged.judged(verdict(findings), findings);
    }

    private static Verdict verdict(List<CheckFinding> findings) {
        Predicate<Level> has = level -> findings.stream().anyMatch(finding -> finding.level() == level);
        return has.test(Level.BLOCKER)
                ? Verdict.CANNOT
                : has.test(Level.RESERVATION) ? Verdict.RESERVATIONS : Verdict.FINE;
    }

    private Rows rows(SampleFigures figures) {
        Map<String, Long> byReason = reasons.entrySet().stream()
                .sorted(Map.Entry.<String, Long>comparingByValue().reversed().thenComparing(Map.Entry.comparingByKey()))
                .limit(SHOWN_REASONS)
                .collect(Collectors.toMap(
                        Map.Entry::getKey, Map.Entry::getValue, (one, other) -> one, LinkedHashMap::new));
        double examined = sample.size() + sample.contacts().size();
        return new Rows(
                orderDays.all(),
                contactDays.all(),
                leftOut,
                byReason,
                examined == 0 ? 0 : figures.duplicates / examined);
    }

    private Times times(DayCounts.Span orders, DayCounts.Span contacts) {
        List<Gap> gaps = new ArrayList<>();
        if (orders != null) {
            gaps.addAll(orderDays.gaps("order events", orders));
            roleDays.forEach((role, ofRole) -> ofRole.gaps("events with a " + role, orders).stream()
                    .filter(gap -> gaps.stream().noneMatch(other -> other.from().equals(gap.from())))
                    .forEach(gaps::add));
        }
        if (contacts != null) {
            // Without stragglers, which would make a gap of the days between them and the others.
            gaps.addAll(contactDays.gaps("contacts", contactDays.span(FindingRules.FEW)));
        }
        return new Times(
                orders == null ? null : orders.first(),
                orders == null ? null : orders.last(),
                contacts == null ? null : contacts.first(),
                contacts == null ? null : contacts.last(),
                orders == null ? 0 : orders.days(),
                gaps);
    }

    private Orders orders(SampleFigures figures, double days) {
        Custodian largest = touches.entrySet().stream()
                .max(Map.Entry.<Custodian, long[]>comparingByValue(Comparator.comparingLong(count -> count[0]))
                        .thenComparing(
                                Map.Entry.<Custodian, long[]>comparingByKey().reversed()))
                .map(Map.Entry::getKey)
                .orElse(null);
        return new Orders(
                days == 0 ? 0 : figures.orders / sample.share() / days,
                figures.buyersWithOrders / sample.share(),
                figures.buyersWithOrders == 0 ? 0 : figures.buyersWithMoreOrders / (double) figures.buyersWithOrders,
                touches.size(),
                largest == null ? 0 : touches.get(largest)[0] / days,
                largest == null ? null : largest.role());
    }

    private static Contacts contacts(SampleFigures figures) {
        double matchable = Math.max(1, figures.matchable());
        long known = figures.leadsOfQuoted.stream().mapToLong(List::size).sum();
        long later = figures.leadsOfQuoted.stream()
                .flatMapToLong(leads -> leads.longStream())
                .filter(lead -> lead < 0)
                .count();
        return new Contacts(
                figures.matchable(),
                figures.matches(Match.MATCHED) / matchable,
                figures.matches(Match.NO_ORDER) / matchable,
                figures.matches(Match.ORDER_LATER) / matchable,
                figures.matches(Match.ORDER_OUTSIDE_WINDOW) / matchable,
                figures.quoting / (double) Math.max(1, figures.contacts()),
                later / (double) Math.max(1, known));
    }

    private List<RoleCoverage> roles(SampleFigures figures) {
        List<RoleCoverage> coverage = new ArrayList<>();
        for (Role role : Role.values()) {
            long custodians = touches.keySet().stream()
                    .filter(custodian -> custodian.role() == role)
                    .count();
            coverage.add(new RoleCoverage(
                    role,
                    custodians,
                    figures.completeOrdersWith[role.ordinal()] / (double) Math.max(1, figures.completeOrders)));
        }
        return coverage;
    }

    private List<Clock> clocks() {
        List<Clock> clocks = new ArrayList<>();
        orderTimes.forEach((type, times) -> clocks.add(clock(type + " events", times)));
        for (int source = 0; source < contactTimes.length; source++) {
            if (contactTimes[source].count() > 0) {
                clocks.add(clock(FindingRules.contactsFrom(source), contactTimes[source]));
            }
        }
        return clocks;
    }

    private static Clock clock(String of, TimesOfDay times) {
        double hour = times.meanHour();
        return new Clock(of, times.count(), Double.isNaN(hour) ? null : hour, times.sameMinute());
    }

    SampleFigures figures() {
        return new SampleFigures(sample, orderDays.span(), settings.window(), settings.incidentSpan(), MIN_TOUCHES);
    }

    /** The simulation of leaks beside the background of the data, which have orders and contacts. */
    DetectionPower simulation(SampleFigures figures) {
        DetectionPower.Market market = new DetectionPower.Market(
                figures.incidents,
                figures.buyerDays,
                figures.ordersByStratum,
                figures.disclosed,
                figures.quoting / (double) figures.contacts(),
                figures.delays.toIntArray(),
                touches.size());
        return new DetectionPower(market, settings);
    }

    private List<Power> power(DetectionPower simulation, Orders orders) {
        return powerRoles()
                .flatMap(role ->
                        Arrays.stream(SIZES).mapToObj(size -> power(simulation, role, size, size <= orders.largest())))
                .toList();
    }

    /** Sellers and logistics nodes, which know much and little of an order; or else the roles of the data. */
    private Stream<Role> powerRoles() {
        List<Role> usual = Stream.of(Role.SELLER, Role.LOGISTICS_NODE)
                .filter(roleDays::containsKey)
                .toList();
        return usual.isEmpty() ? roleDays.keySet().stream() : usual.stream();
    }

    private static Power power(DetectionPower simulation, Role role, int size, boolean inData) {
        List<DetectionPower.Seen> seen = simulation.of(role, size);
        return new Power(
                role,
                size,
                inData,
                smallest(seen, leak -> leak.week() >= SEEN),
                smallest(seen, leak -> leak.month() >= SEEN),
                seen.stream().map(DataCheck::leak).toList());
    }

    private static Leak smallest(List<DetectionPower.Seen> seen, Predicate<DetectionPower.Seen> wanted) {
        return seen.stream()
                .takeWhile(wanted)
                .reduce((larger, smaller) -> smaller)
                .map(DataCheck::leak)
                .orElse(null);
    }

    private static Leak leak(DetectionPower.Seen seen) {
        return new Leak(
                100 * seen.rate(),
                Double.isNaN(seen.victims()) ? null : seen.victims(),
                Math.round(100 * seen.week()),
                Math.round(100 * seen.month()));
    }

    /** The source of this number, or null for an unknown one. */
    static ReportSource source(int number) {
        return number == RecordSample.UNKNOWN_SOURCE ? null : ReportSource.values()[number];
    }
}
