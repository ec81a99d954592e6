package io.leaktrace.evaluate;

import io.leaktrace.domain.Correlation;
import io.leaktrace.domain.Correlation.ContactEvidence;
import io.leaktrace.domain.Correlation.ContactTouch;
import io.leaktrace.domain.Correlation.Exposures;
import io.leaktrace.domain.Custodian;
import io.leaktrace.domain.EventTime;
import io.leaktrace.domain.Role;
import it.unimi.dsi.fastutil.ints.IntOpenHashSet;
import it.unimi.dsi.fastutil.longs.Long2IntOpenHashMap;
import it.unimi.dsi.fastutil.longs.LongOpenHashSet;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * Counts at the end of a day over a horizon of 28 days, the input of disproportionality measures. Contacts of a buyer
 * within 3 days of the first are one incident, as in the pipeline.
 */
final class Tabulation {

    static final long WINDOW = 14 * EventTime.DAY;

    private static final long HORIZON_DAYS = 28;
    private static final long INCIDENT_SPAN = 3 * EventTime.DAY;

    /** Upper bound of lead times in the hazard period and lower bound in the control period of a case-crossover. */
    private static final long HAZARD = 5 * EventTime.DAY;

    private static final long CONTROL = 9 * EventTime.DAY;

    /**
     * Custodians that touched the buyer's orders in the window before an incident, each once.
     *
     * @param custodians ascending
     * @param concentrations by custodian in the same order: its share of this buyer's orders divided by its share of all
     *     orders, both in the window
     * @param inHazard those with a touch shortly before the incident
     * @param inControl those with a touch in the control period
     */
    record Incident(int[] custodians, double[] concentrations, int[] inHazard, int[] inControl) {}

    /** Consumer of pairs of a custodian and an order, both as indexes. */
    @FunctionalInterface
    interface FollowedConsumer {
        void accept(int custodian, int order);
    }

    /** A touch in the window before a contact; custodian and order are indexes. */
    private record Touch(int custodian, int order, long at) {}

    /** A contact with the incident and touches that count if it is the first contact of the incident. */
    private record Contact(ContactEvidence evidence, Incident incident, List<Touch> touches) {}

    /** A seller's order with the first logistics node that touched it, and the time from which that is known. */
    private record Shipment(long knownFrom, int seller, int node) {}

    private final Series series;
    private final long end;
    private final int[] touches;
    private final int[] followed;
    private final LongOpenHashSet followedPairs;
    private final List<Incident> incidents;
    private final int orders;
    private final int ordersFollowed;

    private Tabulation(
            Series series,
            long end,
            int[] touches,
            int[] followed,
            LongOpenHashSet followedPairs,
            List<Incident> incidents,
            int orders,
            int ordersFollowed) {
        this.series = series;
        this.end = end;
        this.touches = touches;
        this.followed = followed;
        this.followedPairs = followedPairs;
        this.incidents = incidents;
        this.orders = orders;
        this.ordersFollowed = ordersFollowed;
    }

    /** The counts of all days of a trial. */
    static final class Series {
        private final Map<Custodian, Integer> indexes = new HashMap<>();
        private final List<Custodian> custodians;
        private final int[][] touchesByDay;
        private final int[] ordersByDay;
        private final long firstDay;
        private final List<Contact> contacts = new ArrayList<>();
        private final List<Shipment> shipments;

        Series(Trial trial) {
            custodians = trial.custodians();
            trial.custodians().forEach(custodian -> indexes.put(custodian, indexes.size()));
            TreeMap<Long, Integer> orders = new TreeMap<>();
            Map<Custodian, TreeMap<Long, Integer>> touches = new HashMap<>();
            for (Correlation correlation : trial.correlations()) {
                if (correlation instanceof Exposures exposures) {
                    exposures.orders().forEach((day, count) -> orders.merge(day, count, Integer::sum));
                    exposures.touches().forEach((custodian, days) -> {
                        TreeMap<Long, Integer> own = touches.computeIfAbsent(custodian, absent -> new TreeMap<>());
                        days.forEach((day, count) -> own.merge(day, count, Integer::sum));
                    });
                }
            }
            firstDay = orders.firstKey();
            int days = (int) (orders.lastKey() - firstDay + 1 + HORIZON_DAYS);
            ordersByDay = new int[days];
            orders.forEach((day, count) -> ordersByDay[(int) (day - firstDay)] += count);
            touchesByDay = new int[indexes.size()][days];
            touches.forEach((custodian, own) ->
                    own.forEach((day, count) -> touchesByDay[indexes.get(custodian)][(int) (day - firstDay)] += count));
            List<ContactEvidence> sorted = new ArrayList<>(trial.contacts());
            sorted.sort(Comparator.comparing(ContactEvidence::buyerId)
                    .thenComparing(ContactEvidence::contactedAt)
                    .thenComparing(ContactEvidence::contactId));
            Map<String, Integer> orderNumbers = new HashMap<>();
            sorted.forEach(contact -> contacts.add(contact(contact, orderNumbers)));
            shipments = shipments(sorted);
        }

        /** The counts at the end of a day (exclusive, in epoch milliseconds). */
        Tabulation at(long end) {
            return at(end, HORIZON_DAYS);
        }

        private Tabulation at(long end, long horizonDays) {
            int today = (int) (EventTime.dayOf(end - 1) - firstDay);
            int from = (int) Math.max(0, today - horizonDays + 1);
            int[] touches = new int[touchesByDay.length];
            for (int custodian = 0; custodian < touches.length; custodian++) {
                for (int day = from; day <= today; day++) {
                    touches[custodian] += touchesByDay[custodian][day];
                }
            }
            int orders = 0;
            for (int day = from; day <= today; day++) {
                orders += ordersByDay[day];
            }
            long horizonFrom = (firstDay + from) * EventTime.DAY;
            List<Incident> incidents = new ArrayList<>();
            IntOpenHashSet followedOrders = new IntOpenHashSet();
            LongOpenHashSet pairs = new LongOpenHashSet();
            int[] followed = new int[touches.length];
            String buyer = null;
            long incidentAt = 0;
            for (Contact contact : contacts) {
                ContactEvidence evidence = contact.evidence;
                if (evidence.reportedAt() >= end || evidence.contactedAt() < horizonFrom) {
                    continue;
                }
                if (evidence.buyerId().equals(buyer) && evidence.contactedAt() - incidentAt <= INCIDENT_SPAN) {
                    continue;
                }
                buyer = evidence.buyerId();
                incidentAt = evidence.contactedAt();
                incidents.add(contact.incident);
                for (Touch touch : contact.touches) {
                    followedOrders.add(touch.order);
                    long pair = (long) touch.custodian << 32 | touch.order;
                    if (touch.at >= horizonFrom && pairs.add(pair)) {
                        followed[touch.custodian]++;
                    }
                }
            }
            return new Tabulation(
                    this, end, touches, followed, pairs, incidents, orders, Math.min(orders, followedOrders.size()));
        }

        private Contact contact(ContactEvidence evidence, Map<String, Integer> orderNumbers) {
            List<Touch> touches = new ArrayList<>();
            for (ContactTouch touch : evidence.touches()) {
                long lead = evidence.contactedAt() - touch.touchedAt();
                if (lead > 0 && lead <= WINDOW) {
                    int order = orderNumbers.computeIfAbsent(touch.orderId(), absent -> orderNumbers.size());
                    touches.add(new Touch(indexes.get(touch.custodian()), order, touch.touchedAt()));
                }
            }
            int[] before = custodians(evidence, 0, WINDOW);
            Incident incident = new Incident(
                    before,
                    concentrations(evidence, before, touches),
                    custodians(evidence, 0, HAZARD),
                    custodians(evidence, CONTROL, WINDOW));
            return new Contact(evidence, incident, touches);
        }

        private double[] concentrations(ContactEvidence evidence, int[] before, List<Touch> touches) {
            LongOpenHashSet pairs = new LongOpenHashSet();
            IntOpenHashSet orders = new IntOpenHashSet();
            int[] ofBuyer = new int[before.length];
            for (Touch touch : touches) {
                orders.add(touch.order);
                if (pairs.add((long) touch.custodian << 32 | touch.order)) {
                    ofBuyer[Arrays.binarySearch(before, touch.custodian)]++;
                }
            }
            int until = (int) (EventTime.dayOf(evidence.contactedAt()) - firstDay);
            int from = (int) Math.max(0, until - WINDOW / EventTime.DAY);
            double[] concentrations = new double[before.length];
            for (int i = 0; i < before.length; i++) {
                double shareOfBuyer = (double) ofBuyer[i] / orders.size();
                double touched = Math.max(1, sum(touchesByDay[before[i]], from, until));
                concentrations[i] = shareOfBuyer * sum(ordersByDay, from, until) / touched;
            }
            return concentrations;
        }

        /** The sum of a series of days from one to another, both inclusive. */
        private static int sum(int[] byDay, int from, int until) {
            int sum = 0;
            for (int day = from; day <= Math.min(until, byDay.length - 1); day++) {
                sum += byDay[day];
            }
            return sum;
        }

        /** The orders of buyers with contacts, each once. */
        private List<Shipment> shipments(List<ContactEvidence> contacts) {
            Map<String, Shipment> byOrder = new TreeMap<>();
            for (ContactEvidence contact : contacts) {
                Map<String, Integer> sellers = new HashMap<>();
                Set<String> shipped = new HashSet<>();
                // Touches are in the order of time.
                for (ContactTouch touch : contact.touches()) {
                    Role role = touch.custodian().role();
                    if (role == Role.SELLER) {
                        sellers.putIfAbsent(touch.orderId(), indexes.get(touch.custodian()));
                    }
                    Integer seller = sellers.get(touch.orderId());
                    if (role == Role.LOGISTICS_NODE && seller != null && shipped.add(touch.orderId())) {
                        long knownFrom = Math.max(contact.reportedAt(), touch.touchedAt());
                        Shipment shipment = new Shipment(knownFrom, seller, indexes.get(touch.custodian()));
                        byOrder.merge(touch.orderId(), shipment, (a, b) -> a.knownFrom <= b.knownFrom ? a : b);
                    }
                }
            }
            return List.copyOf(byOrder.values());
        }

        /** The logistics node to which a seller hands over more than half of its orders, by custodian; otherwise −1. */
        private int[] originHubs(long end) {
            int[] orders = new int[indexes.size()];
            Long2IntOpenHashMap ordersByNode = new Long2IntOpenHashMap();
            for (Shipment shipment : shipments) {
                if (shipment.knownFrom < end) {
                    orders[shipment.seller]++;
                    ordersByNode.addTo((long) shipment.seller << 32 | shipment.node, 1);
                }
            }
            int[] hubs = new int[orders.length];
            Arrays.fill(hubs, -1);
            ordersByNode.long2IntEntrySet().forEach(entry -> {
                int seller = (int) (entry.getLongKey() >> 32);
                if (2 * entry.getIntValue() > orders[seller]) {
                    hubs[seller] = (int) entry.getLongKey();
                }
            });
            return hubs;
        }

        private int[] custodians(ContactEvidence contact, long above, long upTo) {
            return contact.touches().stream()
                    .filter(touch -> contact.contactedAt() - touch.touchedAt() > above
                            && contact.contactedAt() - touch.touchedAt() <= upTo)
                    .mapToInt(touch -> indexes.get(touch.custodian()))
                    .distinct()
                    .sorted()
                    .toArray();
        }
    }

    int custodians() {
        return touches.length;
    }

    Role role(int custodian) {
        return series.custodians.get(custodian).role();
    }

    /** The counts at the same time over all days since the first order. */
    Tabulation toDate() {
        return series.at(end, Integer.MAX_VALUE);
    }

    /**
     * By custodian: the logistics node to which a seller hands over more than half of its orders; −1 for other
     * custodians, and if there is none. Only orders of buyers with contacts are known one by one.
     */
    int[] originHubs() {
        return series.originHubs(end);
    }

    /** Passes on each custodian with each of its orders that was followed by an incident, in no particular order. */
    void forEachFollowed(FollowedConsumer consumer) {
        followedPairs.forEach(pair -> consumer.accept((int) (pair >> 32), (int) pair));
    }

    /** Number of orders that a custodian touched. */
    int touches(int custodian) {
        return touches[custodian];
    }

    /** Number of these orders that were followed by an incident within the window. */
    int followed(int custodian) {
        return followed[custodian];
    }

    /** Number of orders placed. */
    int orders() {
        return orders;
    }

    /** Number of all orders that were followed by an incident. */
    int ordersFollowed() {
        return ordersFollowed;
    }

    List<Incident> incidents() {
        return incidents;
    }

    /** Number of incidents that followed a touch of each custodian. */
    int[] incidentsByCustodian() {
        int[] counts = new int[touches.length];
        for (Incident incident : incidents) {
            Arrays.stream(incident.custodians()).forEach(custodian -> counts[custodian]++);
        }
        return counts;
    }
}
