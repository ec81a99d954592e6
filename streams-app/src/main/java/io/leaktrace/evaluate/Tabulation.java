package io.leaktrace.evaluate;

import io.leaktrace.domain.Correlation;
import io.leaktrace.domain.Correlation.ContactEvidence;
import io.leaktrace.domain.Correlation.ContactTouch;
import io.leaktrace.domain.Correlation.Exposures;
import io.leaktrace.domain.Custodian;
import io.leaktrace.domain.EventTime;
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
 * What is known at the end of a day, as counts over a horizon of 28 days: the table that disproportionality measures
 * start from. Contacts of a buyer within 3 days of the first are one incident here too.
 */
final class Tabulation {

    static final long WINDOW = 14 * EventTime.DAY;

    private static final long HORIZON_DAYS = 28;
    private static final long INCIDENT_SPAN = 3 * EventTime.DAY;

    /** Lead times up to here are the hazard period of a case-crossover, those above the other its control period. */
    private static final long HAZARD = 5 * EventTime.DAY;

    private static final long CONTROL = 9 * EventTime.DAY;

    /** Custodians that touched the buyer's orders in the window before an incident, each once. */
    record Incident(int[] custodians, int[] inHazard, int[] inControl) {}

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

    /** All days of a trial, one after the other. */
    static final class Series {
        private final Map<Custodian, Integer> indexes = new HashMap<>();
        private final int[][] touchesByDay;
        private final int[] ordersByDay;
        private final long firstDay;
        private final List<ContactEvidence> contacts;
        private final Map<String, Integer> numbers = new HashMap<>();

        Series(Trial trial) {
            trial.custodians().forEach(custodian -> indexes.put(custodian, indexes.size()));
            TreeMap<Long, Integer> orders = new TreeMap<>();
            Map<Custodian, TreeMap<Long, Integer>> touches = new HashMap<>();
            for (Correlation correlation : trial.told()) {
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
            contacts = new ArrayList<>(trial.contacts());
            contacts.sort(Comparator.comparing(ContactEvidence::buyerId)
                    .thenComparing(ContactEvidence::contactedAt)
                    .thenComparing(ContactEvidence::contactId));
            for (ContactEvidence contact : contacts) {
                contact.touches().forEach(touch -> numbers.putIfAbsent(touch.orderId(), numbers.size()));
            }
        }

        /** The counts at the end of a day, which is its first moment no more. */
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
            Set<String> followedOrders = new HashSet<>();
            LongOpenHashSet pairs = new LongOpenHashSet();
            int[] followed = new int[touches.length];
            String buyer = null;
            long incidentAt = 0;
            for (ContactEvidence contact : contacts) {
                if (contact.reportedAt() >= end || contact.contactedAt() < horizonFrom) {
                    continue;
                }
                if (contact.buyerId().equals(buyer) && contact.contactedAt() - incidentAt <= INCIDENT_SPAN) {
                    continue;
                }
                buyer = contact.buyerId();
                incidentAt = contact.contactedAt();
                incidents.add(incident(contact));
                for (ContactTouch touch : contact.touches()) {
                    if (isBefore(touch, contact)) {
                        followedOrders.add(touch.orderId());
                        int custodian = indexes.get(touch.custodian());
                        long pair = (long) custodian << 32 | numbers.get(touch.orderId());
                        if (touch.touchedAt() >= horizonFrom && pairs.add(pair)) {
                            followed[custodian]++;
                        }
                    }
                }
            }
            return new Tabulation(touches, followed, incidents, orders, Math.min(orders, followedOrders.size()));
        }

        private Incident incident(ContactEvidence contact) {
            return new Incident(
                    custodians(contact, 0, WINDOW),
                    custodians(contact, 0, HAZARD),
                    custodians(contact, CONTROL, WINDOW));
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

        private static boolean isBefore(ContactTouch touch, ContactEvidence contact) {
            long lead = contact.contactedAt() - touch.touchedAt();
            return lead > 0 && lead <= WINDOW;
        }
    }

    int custodians() {
        return touches.length;
    }

    /** Orders that a custodian touched. */
    int touches(int custodian) {
        return touches[custodian];
    }

    /** Those of them that were followed by an incident within the window. */
    int followed(int custodian) {
        return followed[custodian];
    }

    /** Orders placed. */
    int orders() {
        return orders;
    }

    /** Those of them that were followed by an incident. */
    int ordersFollowed() {
        return ordersFollowed;
    }

    List<Incident> incidents() {
        return incidents;
    }

    /** Incidents that followed a touch of each custodian. */
    int[] incidentsByCustodian() {
        int[] counts = new int[touches.length];
        for (Incident incident : incidents) {
            Arrays.stream(incident.custodians()).forEach(custodian -> counts[custodian]++);
        }
        return counts;
    }
}
