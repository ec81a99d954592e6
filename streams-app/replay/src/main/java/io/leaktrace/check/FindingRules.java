package io.leaktrace.check;

import com.fasterxml.jackson.annotation.JsonValue;
import io.leaktrace.check.CheckFinding.Code;
import io.leaktrace.check.CheckFinding.Kind;
import io.leaktrace.check.CheckFinding.Level;
import io.leaktrace.check.CheckReport.Contacts;
import io.leaktrace.check.CheckReport.Gap;
import io.leaktrace.check.CheckReport.Power;
import io.leaktrace.check.CheckReport.RoleCoverage;
import io.leaktrace.check.CheckReport.Rows;
import io.leaktrace.check.CheckReport.Together;
import io.leaktrace.check.SampleFigures.Match;
import io.leaktrace.domain.Custodian;
import io.leaktrace.domain.EventTime;
import io.leaktrace.domain.OrderEventType;
import io.leaktrace.domain.Role;
import io.leaktrace.localize.ModelSettings;
import it.unimi.dsi.fastutil.longs.LongArrayList;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** The rules by which figures become findings. */
final class FindingRules {

    /** In days: with fewer, there is not enough to learn a background. */
    private static final int LEAST_DAYS = 2;

    /** Number of contacts from which on shares of them are judged. */
    private static final int ENOUGH_CONTACTS = 20;

    /** Number of records of a series from which on its hours are compared. */
    private static final int ENOUGH_FOR_HOURS = 100;

    /** A share from which on contacts of a source have other buyers than the orders. */
    private static final double ALL = 0.95;

    /** The same in a short extract, in which most buyers have no order anyway. */
    private static final double ALL_OF_SHORT = 0.995;

    /** Share of contacts before all orders of their buyer, from which on they come systematically before orders. */
    private static final double MANY_BEFORE = 0.6;

    private static final double MANY_WITHOUT_ORDER = 0.5;

    private static final double DATES = 0.4;
    private static final double SOME_DATES = 0.1;

    /** Mean hours of calls are earlier than those of orders by about this much, and vary around it. */
    private static final double CALLS_EARLIER = 2;

    private static final double HOURS_APART = 4.5;

    /** Share of contacts at night from which on some seem to be shifted. */
    private static final double CALLS_AT_NIGHT = 0.08;

    /** Difference of the hours of two series that should have the same. */
    private static final int SAME_HOURS_APART = 2;

    /** Number and share of contacts naming a later order, from which on clocks differ. */
    private static final int LATER = 3;

    private static final double LATER_SHARE = 0.02;

    /** Share of orders in which a later step comes before the order was placed. */
    private static final double STEPS_BEFORE = 0.02;

    private static final double COVERED = 0.9;

    private static final List<Role> EXPECTED =
            List.of(Role.SELLER, Role.LOGISTICS_NODE, Role.PAYMENT_CHANNEL, Role.SERVICE_PROVIDER);

    /** Roles that have a part in every order. */
    private static final List<Role> OF_EVERY_ORDER = List.of(Role.SELLER, Role.LOGISTICS_NODE, Role.PAYMENT_CHANNEL);

    /** Orders a day from which on custodians with the same orders are named, and from which on they are a reservation. */
    private static final double TOGETHER_SHOWN = 1;

    private static final double TOGETHER_PER_DAY = 5;
    private static final int SHOWN = 5;

    /** Share of contacts at either end of their span that may be stragglers. */
    static final double FEW = 0.05;

    private static final double MUCH_LEFT_OUT = 0.1;
    private static final double SOME_LEFT_OUT = 0.01;
    private static final double MANY_DUPLICATES = 0.05;
    private static final double FEW_REPEAT = 0.1;
    private static final double MOST = 0.9;

    private final CheckReport report;
    private final SampleFigures figures;
    private final Map<OrderEventType, TimesOfDay> orderTimes;
    private final TimesOfDay[] contactTimes;
    private final ModelSettings settings;
    private final DayCounts.Span orders;
    private final DayCounts.Span contacts;
    private final DayCounts.Span mostContacts;
    private final List<CheckFinding> findings = new ArrayList<>();

    FindingRules(
            CheckReport report,
            SampleFigures figures,
            Map<OrderEventType, TimesOfDay> orderTimes,
            TimesOfDay[] contactTimes,
            ModelSettings settings,
            DayCounts.Span orders,
            DayCounts contactDays) {
        this.report = report;
        this.figures = figures;
        this.orderTimes = orderTimes;
        this.contactTimes = contactTimes;
        this.settings = settings;
        this.orders = orders;
        this.contacts = contactDays.span();
        this.mostContacts = contactDays.span(FEW);
    }

    /** Returns all findings, the most important first. */
    List<CheckFinding> all() {
        leftOut();
        if (orders == null) {
            add(
                    Level.BLOCKER,
                    sentence(Code.NO_ORDERS, "There is no order event in the data."),
                    "Give order events with --orders or a mapping with a column occurred_at.");
        } else {
            ofOrders();
        }
        if (contacts == null) {
            add(
                    Level.BLOCKER,
                    sentence(
                            Code.NO_CONTACTS,
                            "There is no scam contact in the data, so nothing says that anybody leaks."),
                    "Give reported contacts with --contacts or a mapping with a column contacted_at; to try Leaktrace on"
                            + " these orders, plant leaks with 'leaktrace simulate'.");
        } else if (orders != null) {
            ofContacts();
        }
        findings.sort(Comparator.comparing(CheckFinding::level).thenComparing(CheckFinding::kind));
        return List.copyOf(findings);
    }

    private void add(Level level, Sentence sentence, String advice) {
        findings.add(new CheckFinding(
                level, sentence.code().kind(), sentence.text(), advice, sentence.code(), sentence.values()));
    }

    /** What was found, in words and as values. */
    private record Sentence(Code code, String text, List<Object> values) {}

    private static Sentence sentence(Code code, String text, Object... values) {
        return new Sentence(code, format(text, values), List.of(values));
    }

    private static String format(String text, Object... values) {
        return String.format(Locale.ROOT, text, values);
    }

    private static long percent(double share) {
        return Math.round(100 * share);
    }

    static String contactsFrom(int source) {
        return source == RecordSample.UNKNOWN_SOURCE
                ? "contacts of an unknown source"
                : "contacts from " + DataCheck.source(source);
    }

    private void leftOut() {
        Rows rows = report.rows();
        double share = rows.leftOut() / (double) Math.max(1, rows.leftOut() + rows.orderEvents() + rows.contacts());
        if (share >= SOME_LEFT_OUT) {
            String mostly = rows.reasons().keySet().iterator().next();
            add(
                    share >= MUCH_LEFT_OUT ? Level.RESERVATION : Level.NOTE,
                    sentence(
                            Code.ROWS_LEFT_OUT,
                            "%,d rows (%d%%) are no records and were left out, most of them because: %s.",
                            rows.leftOut(),
                            percent(share),
                            mostly),
                    "Correct the export or the mapping; each reason is listed with its number of rows.");
        }
        if (rows.duplicateShare() >= MANY_DUPLICATES) {
            add(
                    Level.NOTE,
                    sentence(
                            Code.DUPLICATES,
                            "%d%% of the records have an id that occurred before.",
                            percent(rows.duplicateShare())),
                    "Nothing, if files overlap: each id counts once. If ids are not unique in the source, make them so,"
                            + " or leave event_id and contact_id out of the mapping.");
        }
    }

    private void ofOrders() {
        if (report.orders().custodians() == 0) {
            add(
                    Level.BLOCKER,
                    sentence(Code.NO_CUSTODIANS, "No order event names a custodian, so nobody can be found."),
                    "Map the sellers, stations, payment channels and providers of the orders.");
            return;
        }
        if (report.times().days() < LEAST_DAYS) {
            add(
                    Level.BLOCKER,
                    sentence(Code.TOO_SHORT, "The order events span less than two days."),
                    "Extract a longer span: two months show most leaks.");
        } else if (report.times().days() < shortDays()) {
            add(
                    Level.RESERVATION,
                    sentence(
                            Code.SHORT,
                            "The order events span only %d days; a call may come %d days after its order.",
                            report.times().days(),
                            settings.windowDays()),
                    "Extract two months if you can. A replay shortens the time for which only the background is learned,"
                            + " so only large leaks are seen, and contacts on orders before the extract match nothing.");
        }
        roles();
        gaps();
        together();
        if (report.orders().repeatBuyers() < FEW_REPEAT) {
            add(
                    Level.NOTE,
                    sentence(
                            Code.FEW_REPEAT_BUYERS,
                            "Only %d%% of the buyers order again in these data.",
                            percent(report.orders().repeatBuyers())),
                    "If your customers do return, check that a buyer has the same id in all orders. Otherwise nothing; calls"
                            + " before a purchase, which show that a custodian's buyers are called more often anyway, are"
                            + " rare then.");
        }
        custodianClocks();
        orderClocks();
    }

    private int shortDays() {
        return settings.windowDays() + settings.learningDays();
    }

    private void roles() {
        for (RoleCoverage coverage : report.roles()) {
            Role role = coverage.role();
            if (coverage.custodians() == 0) {
                boolean expected = EXPECTED.contains(role);
                add(
                        expected ? Level.RESERVATION : Level.NOTE,
                        sentence(Code.ROLE_MISSING, "No order names a %s.", role),
                        "If a " + role
                                + " handles your orders, map it. A leak there is not found, and may look like one of"
                                + " those that have the same orders.");
            } else if (OF_EVERY_ORDER.contains(role)
                    && figures.completeOrders >= ENOUGH_FOR_HOURS
                    && coverage.orders() < COVERED) {
                add(
                        Level.RESERVATION,
                        sentence(
                                Code.ROLE_INCOMPLETE,
                                "Only %d%% of the orders that are old enough name a %s.",
                                percent(coverage.orders()),
                                role),
                        "Check the join or the event that should name it. A leak there is seen in part of its orders only.");
            }
        }
    }

    private void gaps() {
        List<Gap> gaps = report.times().gaps();
        if (!gaps.isEmpty()) {
            Gap first = gaps.get(0);
            String text = "From %s to %s there are hardly any %s (usually %,d a day)";
            add(
                    Level.RESERVATION,
                    gaps.size() == 1
                            ? sentence(Code.GAP, text + ".", first.from(), first.to(), first.of(), first.usual())
                            : sentence(
                                    Code.GAPS,
                                    text + ", and there are %d more gaps.",
                                    first.from(),
                                    first.to(),
                                    first.of(),
                                    first.usual(),
                                    gaps.size() - 1),
                    "Export these days again, or leave the days before the gap out with replay --from. Leaks are missed there,"
                            + " and contacts after a gap in orders match nothing.");
        }
    }

    private void together() {
        List<Together> groups = report.together().stream()
                .filter(group -> group.ordersPerDay() >= TOGETHER_SHOWN)
                .toList();
        if (groups.isEmpty()) {
            return;
        }
        List<String> shown = groups.stream()
                .limit(SHOWN)
                .map(group -> format("%s (%,.1f orders a day)", new Names(group.custodians()), group.ordersPerDay()))
                .toList();
        add(
                groups.get(0).ordersPerDay() >= TOGETHER_PER_DAY ? Level.RESERVATION : Level.NOTE,
                sentence(
                        Code.TOGETHER,
                        "These custodians have the same orders and cannot be told apart: %s.",
                        String.join("; ", shown)
                                + (groups.size() > SHOWN ? format("; and %d more groups", groups.size() - SHOWN) : "")),
                "A leak of one of them raises no alert as long as the others explain it as well. Decoy orders, or orders that"
                        + " pass through one of them only, tell them apart.");
    }

    /** Custodians, of which a text has the first. */
    private record Names(@JsonValue List<String> custodians) {

        @Override
        public String toString() {
            List<String> shown = custodians.subList(0, Math.min(SHOWN, custodians.size()));
            return String.join(" and ", shown)
                    + (custodians.size() > SHOWN ? format(" and %d more", custodians.size() - SHOWN) : "");
        }
    }

    /** Steps of an order that come before it was placed, and custodians whose events have other hours. */
    private void orderClocks() {
        for (OrderEventType type : OrderEventType.values()) {
            LongArrayList after = figures.afterPlaced.get(type.ordinal());
            long before =
                    after.longStream().filter(time -> time < -EventTime.MINUTE).count();
            if (after.size() >= ENOUGH_FOR_HOURS && before > STEPS_BEFORE * after.size()) {
                clock(sentence(
                        Code.CLOCK_STEPS,
                        "In %d%% of the orders the %s event comes before the order was placed, by up to %s.",
                        percent(before / (double) after.size()),
                        type,
                        hours(-quantile(after, 0.01))));
            } else if (type == OrderEventType.PAID && after.size() >= ENOUGH_FOR_HOURS) {
                long least = quantile(after, 0.01);
                long fromWholeHour = Math.abs(least - Math.round(least / (double) EventTime.HOUR) * EventTime.HOUR);
                if (least >= EventTime.HOUR - EventTime.MINUTE && fromWholeHour <= 5 * EventTime.MINUTE) {
                    clock(sentence(
                            Code.CLOCK_PAID,
                            "No order is %s earlier than %s after it was placed.",
                            type,
                            hours(least)));
                }
            }
        }
    }

    private void custodianClocks() {
        List<String> shifted = new ArrayList<>();
        int offset = 0;
        long[][] all = new long[OrderEventType.values().length][TimesOfDay.HOURS];
        figures.hours.values().forEach(byType -> {
            for (int type = 0; type < byType.length; type++) {
                for (int hour = 0; byType[type] != null && hour < TimesOfDay.HOURS; hour++) {
                    all[type][hour] += byType[type][hour];
                }
            }
        });
        for (Map.Entry<Custodian, long[][]> custodian : figures.hours.entrySet()) {
            for (int type = 0; type < all.length; type++) {
                long[] own = custodian.getValue()[type];
                if (own == null) {
                    continue;
                }
                int shift = Arrays.stream(own).sum() < ENOUGH_FOR_HOURS ? 0 : TimesOfDay.shift(own, all[type]);
                if (Math.abs(shift) >= SAME_HOURS_APART) {
                    shifted.add(custodian.getKey().toString());
                    offset = shifted.size() == 1 ? shift : offset;
                    break;
                }
            }
        }
        // If many have hours of their own, that is how they work.
        if (!shifted.isEmpty() && shifted.size() <= figures.hours.size() / 4) {
            clock(sentence(
                    Code.CLOCK_CUSTODIANS,
                    "The events of %s come at other hours of the day than those of other custodians, by about %+d hours.",
                    new Names(shifted),
                    offset));
        }
    }

    private void clock(Sentence sentence) {
        add(
                Level.RESERVATION,
                sentence,
                "Find the source that writes local time as if it were UTC, or in another zone, and correct its offset"
                        + " (--time-zone, or in the mapping). Until then lead times are wrong by that much, and calls that seem"
                        + " to come before their order match nothing.");
    }

    private static Hours hours(long time) {
        return new Hours(time / (double) EventTime.HOUR);
    }

    /** A time in hours, which a text has in minutes if it is short. */
    private record Hours(@JsonValue double hours) {

        @Override
        public String toString() {
            return Math.abs(hours) < 1
                    ? format("%d minutes", Math.round(hours * EventTime.HOUR / EventTime.MINUTE))
                    : format("%.0f hours", hours);
        }
    }

    /** A quantile of times, which are sorted for it. */
    private static long quantile(LongArrayList times, double share) {
        long[] sorted = times.toLongArray();
        Arrays.sort(sorted);
        return sorted[(int) (share * (sorted.length - 1))];
    }

    private void ofContacts() {
        if (contacts.to() < orders.from() || contacts.from() > orders.to() + settings.windowDays()) {
            add(
                    Level.BLOCKER,
                    sentence(
                            Code.SPANS_APART,
                            "Contacts are from %s to %s, but orders from %s to %s.",
                            contacts.first(),
                            contacts.last(),
                            orders.first(),
                            orders.last()),
                    "Extract contacts and orders of the same months.");
            return;
        }
        matches();
        contactClocks();
        long overlap = Math.min(mostContacts.to(), orders.to()) - Math.max(mostContacts.from(), orders.from()) + 1;
        if (overlap < 0.5 * orders.days() && contactCount() >= ENOUGH_CONTACTS) {
            add(
                    Level.RESERVATION,
                    sentence(
                            Code.CONTACTS_PARTLY,
                            "Contacts are known of only %d of the %d days of orders.",
                            overlap,
                            orders.days()),
                    "Export the contacts of the other days, or select the days of the contacts with replay --from and --to:"
                            + " days without any look as if nobody had been called.");
        }
        if (contactCount() < ENOUGH_CONTACTS) {
            add(
                    Level.RESERVATION,
                    sentence(
                            Code.FEW_CONTACTS,
                            "There are only %d contacts; an alert needs those of %d buyers.",
                            contactCount(),
                            settings.alertBuyers()),
                    "Add reports from other channels or a longer span.");
        }
        if (contactCount() >= ENOUGH_CONTACTS && figures.disclosingNothing > MOST * figures.contacts()) {
            add(
                    Level.NOTE,
                    sentence(
                            Code.NOTHING_DISCLOSED,
                            "%d%% of the contacts do not say what the caller knew.",
                            percent(figures.disclosingNothing / (double) figures.contacts())),
                    "Ask for it in the report form (product, price, address, …) and map it to disclosed: it halves the number"
                            + " of victims that are needed, and tells roles apart.");
        }
        if (!report.power().isEmpty()
                && report.power().stream().filter(Power::inData).allMatch(row -> row.month() == null)) {
            add(
                    Level.RESERVATION,
                    sentence(
                            Code.LOW_POWER,
                            "Even a custodian that leaks half of its orders would hardly be seen within a month."),
                    "Collect more reports, and with them what the callers knew.");
        }
    }

    private long contactCount() {
        return report.rows().contacts();
    }

    private void matches() {
        Contacts matched = report.contacts();
        double all = orders.days() < shortDays() ? ALL_OF_SHORT : ALL;
        if (matched.examined() >= ENOUGH_CONTACTS && matched.noOrder() >= all) {
            add(
                    Level.BLOCKER,
                    sentence(
                            Code.BUYERS_UNKNOWN,
                            "The buyers of %d%% of the contacts have no order: orders and contacts do not name buyers in the"
                                    + " same way. Pseudonyms by another key look like this.",
                            percent(matched.noOrder())),
                    "Make the pseudonyms of both with the same key (--pseudonym-key), or map the same id (account, phone"
                            + " number) in both.");
            return;
        }
        for (int source = 0; source < figures.matches.length; source++) {
            int[] ofSource = figures.matches[source];
            int examined = SampleFigures.sum(ofSource);
            double noOrder = ofSource[Match.NO_ORDER.ordinal()] / (double) Math.max(1, examined);
            if (examined >= ENOUGH_CONTACTS && noOrder >= all) {
                add(
                        Level.RESERVATION,
                        sentence(
                                Code.BUYERS_OF_SOURCE_UNKNOWN,
                                "The buyers of %d%% of the %s have no order: that source does not name buyers as the orders do."
                                        + " Pseudonyms by another key look like this.",
                                percent(noOrder),
                                contactsFrom(source)),
                        "Make its pseudonyms with the key of the orders, or map the same id in both.");
            }
        }
        if (matched.examined() >= ENOUGH_CONTACTS && matched.orderLater() >= MANY_BEFORE) {
            clock(sentence(
                    Code.CLOCK_CONTACTS_FIRST,
                    "%d%% of the contacts come before all orders of their buyer.",
                    percent(matched.orderLater())));
        }
        boolean explained = findings.stream().anyMatch(finding -> finding.kind() == Kind.BUYERS_UNKNOWN);
        if (!explained && matched.examined() >= ENOUGH_CONTACTS && matched.noOrder() >= MANY_WITHOUT_ORDER) {
            add(
                    Level.RESERVATION,
                    sentence(
                            Code.BUYERS_PARTLY_UNKNOWN,
                            "The buyers of %d%% of the contacts have no order.",
                            percent(matched.noOrder())),
                    "Check whether orders are missing (a region, an app, guests), and whether one of the sources names buyers"
                            + " by another id or another pseudonym key.");
        }
    }

    private void contactClocks() {
        TimesOfDay all = new TimesOfDay();
        boolean anyDates = false;
        for (int source = 0; source < contactTimes.length; source++) {
            TimesOfDay times = contactTimes[source];
            boolean enough = times.count() >= ENOUGH_CONTACTS;
            boolean dates = enough && times.sameMinute() >= DATES;
            if (enough && times.sameMinute() >= SOME_DATES) {
                add(
                        dates ? Level.RESERVATION : Level.NOTE,
                        sentence(
                                Code.DATES_ONLY_CONTACTS,
                                "%d%% of the %s are at %s UTC: a date without a time, or a default.",
                                percent(times.sameMinute()),
                                contactsFrom(source),
                                times.minute()),
                        "Map the time of the call if the source has it. If it has a date only, map it as a date (contacted_at"
                                + " of type DATE), so that a call on the day of the order does not come before it.");
            }
            anyDates |= dates;
            if (!dates) {
                all.add(times);
            }
        }
        if (!anyDates) {
            quotedLater();
        }
        boolean found = sourcesApart();
        TimesOfDay placed = placed();
        double apart = TimesOfDay.difference(all.meanHour(), placed.meanHour()) + CALLS_EARLIER;
        int night = placed.night();
        if (found || all.count() < ENOUGH_FOR_HOURS) {
            return;
        }
        if (Math.abs(apart) >= HOURS_APART) {
            clock(sentence(
                    Code.CLOCK_HOURS,
                    "Contacts and orders have other hours of the day: by their quiet hours, the contacts are about %+d hours"
                            + " off.",
                    Math.round(apart)));
        } else if (night >= 0 && all.nightShare(night) >= CALLS_AT_NIGHT) {
            clock(sentence(
                    Code.CLOCK_NIGHT,
                    "%d%% of the contacts come in the five hours after %02d:00 UTC, in which hardly anybody orders: the times"
                            + " of a part of them may be of another zone.",
                    percent(all.nightShare(night)),
                    night));
        }
    }

    /** The times at which orders were placed; empty if they are dates only. */
    private TimesOfDay placed() {
        TimesOfDay placed = orderTimes.get(OrderEventType.PLACED);
        if (placed == null) {
            placed = new TimesOfDay();
            orderTimes.values().forEach(placed::add);
        }
        if (placed.sameMinute() < DATES) {
            return placed;
        }
        add(
                Level.RESERVATION,
                sentence(
                        Code.DATES_ONLY_ORDERS,
                        "%d%% of the orders are placed at %s UTC: a date without a time, or a default.",
                        percent(placed.sameMinute()),
                        placed.minute()),
                "Map the time of the order if the source has it: calls within the day of the order cannot be ordered"
                        + " without it.");
        return new TimesOfDay();
    }

    /** Compares the hours of the sources of contacts with each other. */
    private boolean sourcesApart() {
        int usual = 0;
        for (int source = 1; source < contactTimes.length; source++) {
            usual = contactTimes[source].count() > contactTimes[usual].count() ? source : usual;
        }
        boolean found = false;
        for (int source = 0; source < contactTimes.length; source++) {
            int shift = contactTimes[source].shift(contactTimes[usual]);
            if (contactTimes[source].count() >= ENOUGH_FOR_HOURS
                    && contactTimes[source].sameMinute() < DATES
                    && contactTimes[usual].sameMinute() < DATES
                    && Math.abs(shift) >= SAME_HOURS_APART) {
                found = true;
                clock(sentence(
                        Code.CLOCK_SOURCES,
                        "The %s come at other hours of the day than the %s, by about %+d hours.",
                        contactsFrom(source),
                        contactsFrom(usual),
                        shift));
            }
        }
        return found;
    }

    private void quotedLater() {
        LongArrayList all = new LongArrayList();
        figures.leadsOfQuoted.forEach(all::addAll);
        long later = all.longStream().filter(lead -> lead < 0).count();
        if (later >= LATER && later > LATER_SHARE * all.size()) {
            int worst = 0;
            for (int source = 1; source < figures.leadsOfQuoted.size(); source++) {
                worst = share(source) > share(worst) ? source : worst;
            }
            clock(sentence(
                    Code.CLOCK_QUOTED,
                    "%d%% of the contacts that name an order come before it, by up to %s; %d%% of the %s.",
                    percent(later / (double) all.size()),
                    hours(-quantile(all, 0.005)),
                    percent(share(worst)),
                    contactsFrom(worst)));
        }
    }

    private double share(int source) {
        LongArrayList leads = figures.leadsOfQuoted.get(source);
        return leads.longStream().filter(lead -> lead < 0).count() / (double) Math.max(1, leads.size());
    }
}
