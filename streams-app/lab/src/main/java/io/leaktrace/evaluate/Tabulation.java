package io.leaktrace.evaluate;

import io.leaktrace.domain.Correlation;
import io.leaktrace.domain.Correlation.ContactEvidence;
import io.leaktrace.domain.Correlation.ContactTouch;
import io.leaktrace.domain.Correlation.Exposures;
import io.leaktrace.domain.Custodian;
import io.leaktrace.domain.EventTime;
import it.unimi.dsi.fastutil.ints.IntOpenHashSet;
import it.unimi.dsi.fastutil.longs.LongOpenHashSet;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
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

    /** Custodians that touched the buyer's orders in the window before an incident, each once. */
    record Incident(int[] custodians, int[] inHazard, int[] inControl) {}

    /** A touch in the window before a contact; custodian and order are indexes. */
    private record Touch(int custodian, int order, long at) {}

    /** A contact with the incident and touches that count if it is the first contact of the incident. */
    private record Contact(ContactEvidence evidence, Incident incident, List<Touch> touches) {}

    private final int[] touches;
    private final int[] followed;
    private final List<Incident> incidents;
    private final int orders;
    private final int ordersFollowed;

    private Tabulation(int[] touches, int[] followed, List<Incident> incidents, int orders, int ordersFollowed) {
        this.touches = touches;
        this.followed = followed;
        this.incidents = incidents;
        this.orders = orders;
        this.ordersFollowed = ordersFollowed;
    }

    /** The counts of all days of a trial. */
    static final class Series {
        private final Map<Custodian, Integer> indexes = new HashMap<>();
        private final int[][] touchesByDay;
        private final int[] ordersByDay;
        private final long firstDay;
        private final List<Contact> contacts = new ArrayList<>();

        Series(Trial trial) {
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
        }

        /** The counts at the end of a day (exclusive, in epoch milliseconds). */
        Tabulation at(long end) {
            int today = (int) (EventTime.dayOf(end - 1) - firstDay);
            int from = (int) Math.max(0, today - HORIZON_DAYS + 1);
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
            return new Tabulation(touches, followed, incidents, orders, Math.min(orders, followedOrders.size()));
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
            Incident incident = new Incident(
                    custodians(evidence, 0, WINDOW),
                    custodians(evidence, 0, HAZARD),
                    custodians(evidence, CONTROL, WINDOW));
            return new Contact(evidence, incident, touches);
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
