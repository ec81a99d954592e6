package io.leaktrace.localize;

import io.leaktrace.domain.Correlation.ContactEvidence;
import io.leaktrace.domain.EventTime;
import io.leaktrace.domain.Role;
import io.leaktrace.domain.Strata;
import io.leaktrace.localize.Ledger.KnownContact;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.function.IntPredicate;

/**
 * Contacts of one buyer within a few days of the first are one incident: a campaign calls again. An incident happens
 * with its first contact and discloses what any of its contacts did.
 */
final class Incidents {

    /** Touches of one custodian that could explain an incident, by day of touch. */
    static final class Candidate {
        final Incident incident;
        /** Of the incident, which need not be fetched for it. */
        final int incidentIndex;

        final int custodian;
        /** Days of touch, ascending, with the summed weight of the touches of each: density times quote factor. */
        long[] days = new long[1];

        double[] weights = new double[1];
        int count;

        /** The sum of the weights. */
        double weight;

        /** Of the days with the largest weight the latest, as an index. */
        int heaviest;

        /** Likelihood ratio of what the caller knew, for this custodian against the background. */
        double ratio = 1;

        /** The intensity λ of the custodian, per day. */
        double blame;

        Candidate(Incident incident, int custodian) {
            this.incident = incident;
            this.incidentIndex = incident.index;
            this.custodian = custodian;
        }

        /** Adds a touch; touches come in the order of time. */
        private void add(long day, double weight) {
            if (count > 0 && days[count - 1] == day) {
                weights[count - 1] += weight;
                return;
            }
            if (count == days.length) {
                days = Arrays.copyOf(days, 2 * count);
                weights = Arrays.copyOf(weights, 2 * count);
            }
            days[count] = day;
            weights[count] = weight;
            count++;
        }

        private void weigh() {
            for (int i = 0; i < count; i++) {
                weight += weights[i];
                heaviest = weights[i] >= weights[heaviest] ? i : heaviest;
            }
        }
    }

    /** One incident. Candidates are ordered by custodian. */
    static final class Incident {
        final List<KnownContact> contacts;
        final KnownContact known;
        final ContactEvidence first;
        /** When it happened: time and day. */
        final long at;

        final long day;
        final int disclosed;
        final String quotedOrderId;
        final int stratum;
        /** Whether the buyer had an order in the window, so that it counts among those at risk. */
        final boolean atRisk;
        /** The same buyer's incident before, or null. */
        final Incident before;

        /** Its place among all incidents, by time. */
        int index;

        List<Candidate> candidates = List.of();
        /** Weight of all the buyer's orders under the prior density, for the share of shopping at all. */
        double shoppingWeight;

        /** @param contacts by time */
        Incident(List<KnownContact> contacts, Incident before) {
            this.contacts = contacts;
            this.known = contacts.get(0);
            this.first = known.evidence();
            this.at = first.contactedAt();
            this.day = EventTime.dayOf(at);
            this.before = before;
            int disclosed = 0;
            String quoted = null;
            for (KnownContact contact : contacts) {
                disclosed |= contact.evidence().disclosed();
                quoted = quoted == null ? contact.evidence().quotedOrderId() : quoted;
            }
            this.disclosed = disclosed;
            this.quotedOrderId = quoted;
            this.stratum = Strata.of(first.recentOrders());
            // Touches come in the order of time.
            this.atRisk = first.recentOrders() > 0 || known.touches() > 0 && known.touchedAt()[0] < at;
        }
    }

    private static final Comparator<Incident> BY_TIME = (one, other) -> {
        int byTime = Long.compare(one.at, other.at);
        int byBuyer = byTime != 0 ? byTime : one.first.buyerId().compareTo(other.first.buyerId());
        return byBuyer != 0 ? byBuyer : one.first.contactId().compareTo(other.first.contactId());
    };

    private Incidents() {}

    /** The incidents among the contacts that had been reported by a time, ordered by time. */
    static List<Incident> group(Ledger ledger, long reportedBefore, long span) {
        List<Incident> incidents = new ArrayList<>();
        for (List<KnownContact> ofBuyer : ledger.contactsOfBuyer().values()) {
            Incident before = null;
            List<KnownContact> contacts = new ArrayList<>(1);
            for (KnownContact contact : ofBuyer) {
                if (contact.evidence().reportedAt() >= reportedBefore) {
                    continue;
                }
                boolean another = !contacts.isEmpty()
                        && contact.evidence().contactedAt()
                                        - contacts.get(0).evidence().contactedAt()
                                > span;
                if (another) {
                    before = new Incident(contacts, before);
                    incidents.add(before);
                    contacts = new ArrayList<>(1);
                }
                contacts.add(contact);
            }
            if (!contacts.isEmpty()) {
                incidents.add(new Incident(contacts, before));
            }
        }
        incidents.sort(BY_TIME);
        for (int i = 0; i < incidents.size(); i++) {
            incidents.get(i).index = i;
        }
        return incidents;
    }

    /**
     * Finds which custodians could explain an incident.
     *
     * @param indexOfSlot the index of each slot's custodian among the accounts
     * @param roles by that index
     * @param relevant whether a custodian, by its index, is of interest
     */
    static void findCandidates(
            Incident incident,
            int[] indexOfSlot,
            Role[] roles,
            IntPredicate relevant,
            LeadTimes leadTimes,
            ModelSettings settings) {
        KnownContact known = incident.known;
        List<Candidate> candidates = new ArrayList<>();
        int quoted = quotedOrder(incident);
        boolean[] counted = new boolean[known.touches()];
        double shopping = 0;
        for (int t = 0; t < known.touches() && known.touchedAt()[t] < incident.at; t++) {
            long touchedAt = known.touchedAt()[t];
            long lead = incident.at - touchedAt;
            if (lead > settings.window()) {
                continue;
            }
            int order = known.orders()[t];
            if (!counted[order]) {
                counted[order] = true;
                shopping += leadTimes.priorDensity(lead);
            }
            int custodian = indexOfSlot[known.slots()[t]];
            if (relevant.test(custodian)) {
                double weight = leadTimes.density(roles[custodian], lead)
                        * quoteFactor(incident.quotedOrderId != null, order == quoted, settings);
                candidateFor(custodian, incident, candidates).add(EventTime.dayOf(touchedAt), weight);
            }
        }
        candidates.forEach(Candidate::weigh);
        incident.candidates = candidates;
        incident.shoppingWeight = shopping;
    }

    /** The number of the order that the caller named, or −1. */
    private static int quotedOrder(Incident incident) {
        if (incident.quotedOrderId != null) {
            for (int t = 0; t < incident.known.touches(); t++) {
                if (incident.first.touches().get(t).orderId().equals(incident.quotedOrderId)) {
                    return incident.known.orders()[t];
                }
            }
        }
        return -1;
    }

    /** A buyer's touches are few, so they are looked through; candidates stay in the order of custodians. */
    private static Candidate candidateFor(int custodian, Incident incident, List<Candidate> candidates) {
        int place = candidates.size();
        while (place > 0 && candidates.get(place - 1).custodian >= custodian) {
            place--;
        }
        if (place < candidates.size() && candidates.get(place).custodian == custodian) {
            return candidates.get(place);
        }
        Candidate candidate = new Candidate(incident, custodian);
        candidates.add(place, candidate);
        return candidate;
    }

    static double quoteFactor(boolean anyQuoted, boolean thisQuoted, ModelSettings settings) {
        if (!anyQuoted) {
            return settings.noOrderQuoted();
        }
        return thisQuoted ? settings.quotedOrder() : settings.otherOrder();
    }
}
