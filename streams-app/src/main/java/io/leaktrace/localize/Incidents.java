package io.leaktrace.localize;

import io.leaktrace.domain.Correlation.ContactEvidence;
import io.leaktrace.domain.Correlation.ContactTouch;
import io.leaktrace.domain.Custodian;
import io.leaktrace.domain.EventTime;
import io.leaktrace.domain.Strata;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Contacts of one buyer within a few days of the first are one incident: a campaign calls again. An incident happens
 * with its first contact and discloses what any of its contacts did.
 */
final class Incidents {

    /** Touches of one custodian that could explain an incident, by day of touch. */
    static final class Candidate {
        final int custodian;
        /** Days of touch, ascending, with the summed weight of the touches of each: density times quote factor. */
        final long[] days;

        final double[] weights;

        Candidate(int custodian, long[] days, double[] weights) {
            this.custodian = custodian;
            this.days = days;
            this.weights = weights;
        }

        double weight() {
            double sum = 0;
            for (double weight : weights) {
                sum += weight;
            }
            return sum;
        }
    }

    /** One incident. Candidates are ordered by custodian. */
    static final class Incident {
        final ContactEvidence first;
        final List<ContactEvidence> contacts;
        final int disclosed;
        final String quotedOrderId;
        final int stratum;
        /** Whether the buyer had an order in the window, so that it counts among those at risk. */
        final boolean atRisk;
        /** The same buyer's incident before, or null. */
        final Incident before;

        List<Candidate> candidates = List.of();
        /** Weight of all the buyer's orders under the prior density, for the share of shopping at all. */
        double shoppingWeight;

        Incident(List<ContactEvidence> contacts, Incident before) {
            this.contacts = contacts;
            this.first = contacts.get(0);
            this.before = before;
            int disclosed = 0;
            String quoted = null;
            for (ContactEvidence contact : contacts) {
                disclosed |= contact.disclosed();
                quoted = quoted == null ? contact.quotedOrderId() : quoted;
            }
            this.disclosed = disclosed;
            this.quotedOrderId = quoted;
            this.stratum = Strata.of(first.recentOrders());
            this.atRisk = first.recentOrders() > 0
                    || first.touches().stream().anyMatch(touch -> touch.touchedAt() < first.contactedAt());
        }

        long at() {
            return first.contactedAt();
        }
    }

    private static final Comparator<Incident> BY_TIME = Comparator.comparingLong(Incident::at)
            .thenComparing(incident -> incident.first.buyerId())
            .thenComparing(incident -> incident.first.contactId());

    private Incidents() {}

    /** The incidents among the contacts that had been reported by a time, ordered by time. */
    static List<Incident> group(Iterable<ContactEvidence> contacts, long reportedBefore, long span) {
        List<ContactEvidence> known = new ArrayList<>();
        for (ContactEvidence contact : contacts) {
            if (contact.reportedAt() < reportedBefore) {
                known.add(contact);
            }
        }
        known.sort(Comparator.comparing(ContactEvidence::buyerId)
                .thenComparingLong(ContactEvidence::contactedAt)
                .thenComparing(ContactEvidence::contactId));
        List<Incident> incidents = new ArrayList<>();
        Incident before = null;
        int from = 0;
        while (from < known.size()) {
            ContactEvidence first = known.get(from);
            int to = from + 1;
            while (to < known.size()
                    && known.get(to).buyerId().equals(first.buyerId())
                    && known.get(to).contactedAt() - first.contactedAt() <= span) {
                to++;
            }
            boolean sameBuyer = before != null && before.first.buyerId().equals(first.buyerId());
            before = new Incident(List.copyOf(known.subList(from, to)), sameBuyer ? before : null);
            incidents.add(before);
            from = to;
        }
        incidents.sort(BY_TIME);
        return incidents;
    }

    /** Finds which custodians could explain each incident. */
    static void findCandidates(
            List<Incident> incidents, Map<Custodian, Integer> custodians, LeadTimes leadTimes, ModelSettings settings) {
        for (Incident incident : incidents) {
            findCandidates(incident, custodians, leadTimes, settings);
        }
    }

    private static void findCandidates(
            Incident incident, Map<Custodian, Integer> custodians, LeadTimes leadTimes, ModelSettings settings) {
        long at = incident.at();
        List<Weighted> weighted = new ArrayList<>();
        Map<String, Long> orderedAt = new HashMap<>();
        for (ContactTouch touch : incident.first.touches()) {
            long lead = at - touch.touchedAt();
            if (lead <= 0 || lead > settings.window()) {
                continue;
            }
            orderedAt.merge(touch.orderId(), touch.touchedAt(), Math::min);
            Integer custodian = custodians.get(touch.custodian());
            double weight = leadTimes.density(touch.custodian().role(), lead)
                    * quoteFactor(touch.orderId(), incident.quotedOrderId, settings);
            weighted.add(new Weighted(custodian, EventTime.dayOf(touch.touchedAt()), weight));
        }
        weighted.sort(Comparator.comparingInt(Weighted::custodian).thenComparingLong(Weighted::day));
        incident.candidates = merge(weighted);
        double shopping = 0;
        // Sorted, because a sum of doubles depends on its order.
        for (long ordered : orderedAt.values().stream().sorted().toList()) {
            shopping += leadTimes.priorDensity(at - ordered);
        }
        incident.shoppingWeight = shopping;
    }

    static double quoteFactor(String orderId, String quotedOrderId, ModelSettings settings) {
        if (quotedOrderId == null) {
            return settings.noOrderQuoted();
        }
        return orderId.equals(quotedOrderId) ? settings.quotedOrder() : settings.otherOrder();
    }

    private record Weighted(int custodian, long day, double weight) {}

    private static List<Candidate> merge(List<Weighted> sorted) {
        List<Candidate> candidates = new ArrayList<>();
        int from = 0;
        while (from < sorted.size()) {
            int custodian = sorted.get(from).custodian;
            int to = from;
            while (to < sorted.size() && sorted.get(to).custodian == custodian) {
                to++;
            }
            candidates.add(candidate(custodian, sorted.subList(from, to)));
            from = to;
        }
        return candidates;
    }

    private static Candidate candidate(int custodian, List<Weighted> touches) {
        long[] days = touches.stream().mapToLong(Weighted::day).distinct().toArray();
        double[] weights = new double[days.length];
        int at = 0;
        for (Weighted touch : touches) {
            while (days[at] != touch.day) {
                at++;
            }
            weights[at] += touch.weight;
        }
        return new Candidate(custodian, days, weights);
    }
}
