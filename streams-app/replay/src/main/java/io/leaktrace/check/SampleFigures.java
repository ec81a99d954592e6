package io.leaktrace.check;

import io.leaktrace.check.RecordSample.Contact;
import io.leaktrace.domain.Custodian;
import io.leaktrace.domain.EventTime;
import io.leaktrace.domain.Field;
import io.leaktrace.domain.OrderEventType;
import io.leaktrace.domain.Role;
import io.leaktrace.domain.Strata;
import it.unimi.dsi.fastutil.ints.IntArrayList;
import it.unimi.dsi.fastutil.ints.IntArrays;
import it.unimi.dsi.fastutil.longs.Long2LongOpenHashMap;
import it.unimi.dsi.fastutil.longs.LongArrayList;
import it.unimi.dsi.fastutil.longs.LongOpenHashSet;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.TreeMap;

/** Figures that need all records of a buyer or of an order, from a sample of buyers. */
final class SampleFigures {

    private static final int TYPES = OrderEventType.values().length;
    private static final int SOURCES = RecordSample.UNKNOWN_SOURCE + 1;

    /** What is known of the buyer's orders at a contact. */
    enum Match {
        MATCHED,
        NO_ORDER,
        ORDER_LATER,
        ORDER_OUTSIDE_WINDOW
    }

    private final RecordSample sample;
    private final long window;
    private final long incidentSpan;

    /** From which time on a contact has enough history before it, and until when orders are known. */
    private final long matchableFrom;

    private final long matchableTo;

    /** Until when an order must have begun to be complete. */
    private final long completeUntil;

    private final long ordersFrom;
    private final long ordersTo;

    int buyersWithOrders;
    int buyersWithMoreOrders;
    int orders;
    int duplicates;

    /** Orders that are old enough to be complete and not cancelled, and those of them with a custodian, by role. */
    int completeOrders;

    final int[] completeOrdersWith = new int[Role.values().length];

    /** By source and {@link Match}. */
    final int[][] matches = new int[SOURCES][Match.values().length];

    /** By source: contacts, those that name an order which is known, and their times after its first event. */
    final int[] contacts = new int[SOURCES];

    int quoting;
    final List<LongArrayList> leadsOfQuoted = new ArrayList<>();

    /** By type: times after the order was placed. */
    final List<LongArrayList> afterPlaced = new ArrayList<>();

    int disclosingNothing;

    // For the background.
    final double[] incidents = new double[Strata.COUNT];
    final double[] buyerDays = new double[Strata.COUNT];
    final double[] ordersByStratum = new double[Strata.COUNT];
    final double[] disclosed = new double[1 << Field.values().length];
    final IntArrayList delays = new IntArrayList();

    /** Distinct orders by custodian, and the custodians of each order one after the other. */
    final int[] ordersOf;

    final IntArrayList custodiansOfOrders = new IntArrayList();
    final IntArrayList ordersFromPlace = new IntArrayList();

    /** Hours of touches, by custodian and type of event. */
    final TreeMap<Custodian, long[][]> hours = new TreeMap<>();

    // Buffers for one buyer: times of the orders, ascending, and of each order by its hash.
    private final LongArrayList placed = new LongArrayList();
    private final Long2LongOpenHashMap firstOfOrder = new Long2LongOpenHashMap();

    /** @param minTouches number of touches from which on the hours of a custodian are counted */
    SampleFigures(RecordSample sample, DayCounts.Span orderSpan, long window, long incidentSpan, int minTouches) {
        this.sample = sample;
        this.window = window;
        this.incidentSpan = incidentSpan;
        this.ordersFrom = orderSpan == null ? 0 : orderSpan.start();
        this.ordersTo = orderSpan == null ? 0 : orderSpan.end();
        long history = Math.min(window, (ordersTo - ordersFrom) / 2);
        this.matchableFrom = ordersFrom + history;
        this.matchableTo = ordersTo;
        this.completeUntil = ordersTo - history;
        this.ordersOf = new int[sample.custodians()];
        for (int source = 0; source < SOURCES; source++) {
            leadsOfQuoted.add(new LongArrayList());
        }
        for (int type = 0; type < TYPES; type++) {
            afterPlaced.add(new LongArrayList());
        }
        countHours(minTouches);
        scan();
    }

    private void countHours(int minTouches) {
        int[] touches = new int[sample.custodians()];
        for (int event = 0; event < sample.size(); event++) {
            for (int place = sample.touchesFrom(event); place < sample.touchesTo(event); place++) {
                touches[sample.touch(place)]++;
            }
        }
        long[][][] byIndex = new long[touches.length][][];
        for (int event = 0; event < sample.size(); event++) {
            int hour = (int) (Math.floorMod(sample.time(event), EventTime.DAY) / EventTime.HOUR);
            for (int place = sample.touchesFrom(event); place < sample.touchesTo(event); place++) {
                int index = sample.touch(place);
                if (touches[index] >= minTouches) {
                    byIndex[index] = byIndex[index] == null ? new long[TYPES][] : byIndex[index];
                    long[][] ofCustodian = byIndex[index];
                    int type = sample.type(event);
                    ofCustodian[type] = ofCustodian[type] == null ? new long[TimesOfDay.HOURS] : ofCustodian[type];
                    ofCustodian[type][hour]++;
                }
            }
        }
        for (int index = 0; index < byIndex.length; index++) {
            if (byIndex[index] != null) {
                hours.put(sample.custodian(index), byIndex[index]);
            }
        }
    }

    /** Passes over all buyers, in the order of their hashes. */
    private void scan() {
        int[] events = new int[sample.size()];
        Arrays.setAll(events, i -> i);
        IntArrays.quickSort(events, this::compare);
        List<Contact> reports = sample.contacts().stream()
                .sorted(Comparator.comparingLong(Contact::buyer)
                        .thenComparingLong(Contact::contactedAt)
                        .thenComparingLong(Contact::reportedAt)
                        .thenComparingLong(Contact::id))
                .toList();
        LongOpenHashSet ids = new LongOpenHashSet(events.length);
        LongOpenHashSet contactIds = new LongOpenHashSet();
        int event = 0;
        int report = 0;
        while (event < events.length || report < reports.size()) {
            long buyer = event == events.length
                    ? reports.get(report).buyer()
                    : report == reports.size()
                            ? sample.buyer(events[event])
                            : Math.min(
                                    sample.buyer(events[event]),
                                    reports.get(report).buyer());
            placed.clear();
            firstOfOrder.clear();
            while (event < events.length && sample.buyer(events[event]) == buyer) {
                int to = event;
                while (to < events.length
                        && sample.buyer(events[to]) == buyer
                        && sample.order(events[to]) == sample.order(events[event])) {
                    duplicates += ids.add(sample.id(events[to])) ? 0 : 1;
                    to++;
                }
                order(events, event, to);
                event = to;
            }
            long[] times = placed.toLongArray();
            Arrays.sort(times);
            if (times.length > 0) {
                buyersWithOrders++;
                buyersWithMoreOrders += times.length > 1 ? 1 : 0;
                atRisk(times);
            }
            long incidentFrom = Long.MIN_VALUE;
            while (report < reports.size() && reports.get(report).buyer() == buyer) {
                Contact contact = reports.get(report++);
                if (!contactIds.add(contact.id())) {
                    duplicates++;
                    continue;
                }
                contact(contact, times);
                if (incidentFrom == Long.MIN_VALUE || contact.contactedAt() - incidentFrom > incidentSpan) {
                    incidentFrom = contact.contactedAt();
                    incident(contact, times);
                }
            }
        }
    }

    private int compare(int one, int other) {
        int by = Long.compare(sample.buyer(one), sample.buyer(other));
        by = by != 0 ? by : Long.compare(sample.order(one), sample.order(other));
        by = by != 0 ? by : Long.compare(sample.time(one), sample.time(other));
        by = by != 0 ? by : Integer.compare(sample.type(one), sample.type(other));
        return by != 0 ? by : Long.compare(sample.id(one), sample.id(other));
    }

    /** Counts one order: its events, in the order of time. */
    private void order(int[] events, int from, int to) {
        long[] firstOfType = new long[TYPES];
        Arrays.fill(firstOfType, Long.MAX_VALUE);
        long touched = Long.MAX_VALUE;
        int custodiansFrom = custodiansOfOrders.size();
        int roles = 0;
        for (int i = from; i < to; i++) {
            int event = events[i];
            int type = sample.type(event);
            firstOfType[type] = Math.min(firstOfType[type], sample.time(event));
            for (int place = sample.touchesFrom(event); place < sample.touchesTo(event); place++) {
                int index = sample.touch(place);
                touched = Math.min(touched, sample.time(event));
                roles |= 1 << sample.custodian(index).role().ordinal();
                if (!custodiansOfOrders
                        .subList(custodiansFrom, custodiansOfOrders.size())
                        .contains(index)) {
                    custodiansOfOrders.add(index);
                    ordersOf[index]++;
                }
            }
        }
        ordersFromPlace.add(custodiansFrom);
        orders++;
        long first = sample.time(events[from]);
        firstOfOrder.put(sample.order(events[from]), first);
        long placedAt = firstOfType[OrderEventType.PLACED.ordinal()];
        for (int type = 0; type < TYPES; type++) {
            if (placedAt != Long.MAX_VALUE && firstOfType[type] != Long.MAX_VALUE) {
                afterPlaced.get(type).add(firstOfType[type] - placedAt);
            }
        }
        if (touched != Long.MAX_VALUE) {
            placed.add(touched);
        }
        boolean cancelled = firstOfType[OrderEventType.CANCELLED.ordinal()] != Long.MAX_VALUE;
        if (!cancelled && first < completeUntil) {
            completeOrders++;
            for (int role = 0; role < completeOrdersWith.length; role++) {
                completeOrdersWith[role] += roles >> role & 1;
            }
        }
    }

    /** Counts the days that a buyer with these orders is at risk, by stratum. */
    private void atRisk(long[] times) {
        long[] edges = new long[3 * times.length];
        for (int i = 0; i < times.length; i++) {
            edges[3 * i] = times[i];
            edges[3 * i + 1] = times[i] + Strata.RECENT_HOURS * EventTime.HOUR;
            edges[3 * i + 2] = times[i] + window;
        }
        Arrays.sort(edges);
        for (int i = 0; i + 1 < edges.length; i++) {
            long from = Math.max(edges[i], ordersFrom);
            long to = Math.min(edges[i + 1], ordersTo);
            if (from < to && lastUpTo(times, edges[i]) > edges[i] - window) {
                buyerDays[Strata.of(recent(times, edges[i]))] += (to - from) / (double) EventTime.DAY;
            }
        }
        for (long time : times) {
            ordersByStratum[Strata.of(recent(times, time))]++;
        }
    }

    /** The last of these times up to a time; the minimum if there is none. */
    private static long lastUpTo(long[] times, long at) {
        int upTo = upTo(times, at);
        return upTo == 0 ? Long.MIN_VALUE / 2 : times[upTo - 1];
    }

    /** Number of orders in the days before a time that decide the stratum, with one at that time. */
    private static int recent(long[] times, long at) {
        return upTo(times, at) - upTo(times, at - Strata.RECENT_HOURS * EventTime.HOUR);
    }

    /** Number of these times that are not after a time. */
    private static int upTo(long[] times, long at) {
        int low = 0;
        int high = times.length;
        while (low < high) {
            int middle = (low + high) / 2;
            if (times[middle] <= at) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low;
    }

    private void contact(Contact contact, long[] times) {
        int source = contact.source();
        contacts[source]++;
        disclosingNothing += contact.disclosed() == 0 ? 1 : 0;
        delays.add((int) Math.min(Integer.MAX_VALUE, EventTime.hourOf(contact.reportedAt() - contact.contactedAt())));
        if (contact.quoted() != 0) {
            quoting++;
            if (firstOfOrder.containsKey(contact.quoted())) {
                leadsOfQuoted.get(source).add(contact.contactedAt() - firstOfOrder.get(contact.quoted()));
            }
        }
        if (contact.contactedAt() >= matchableFrom && contact.contactedAt() < matchableTo) {
            matches[source][match(contact, times).ordinal()]++;
        }
    }

    private Match match(Contact contact, long[] times) {
        if (times.length == 0) {
            return Match.NO_ORDER;
        }
        long last = lastUpTo(times, contact.contactedAt() - 1);
        if (last < times[0]) {
            return Match.ORDER_LATER;
        }
        return contact.contactedAt() - last <= window ? Match.MATCHED : Match.ORDER_OUTSIDE_WINDOW;
    }

    private void incident(Contact first, long[] times) {
        disclosed[first.disclosed()]++;
        boolean known = first.contactedAt() >= ordersFrom && first.contactedAt() < ordersTo;
        if (known && lastUpTo(times, first.contactedAt()) > first.contactedAt() - window) {
            incidents[Strata.of(recent(times, first.contactedAt()))]++;
        }
    }

    int contacts() {
        return Arrays.stream(contacts).sum();
    }

    /** Number of matchable contacts of all sources. */
    int matchable() {
        return Arrays.stream(matches).mapToInt(SampleFigures::sum).sum();
    }

    static int sum(int[] counts) {
        return Arrays.stream(counts).sum();
    }

    /** Number of matchable contacts of all sources with this result. */
    int matches(Match match) {
        return Arrays.stream(matches)
                .mapToInt(ofSource -> ofSource[match.ordinal()])
                .sum();
    }
}
