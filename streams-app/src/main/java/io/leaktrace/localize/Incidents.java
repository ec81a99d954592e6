package io.leaktrace.localize;

import io.leaktrace.domain.Correlation.ContactEvidence;
import io.leaktrace.domain.Correlation.ContactTouch;
import io.leaktrace.domain.EventTime;
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
        final int custodian;
        /** Days of touch, ascending, with the summed weight of the touches of each: density times quote factor. */
        long[] days = new long[1];

        double[] weights = new double[1];
        int count;

        /** Likelihood ratio of what the caller knew, for this custodian against the background. */
        double ratio = 1;

        Candidate(int custodian) {
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

        double weight() {
            double sum = 0;
            for (int i = 0; i < count; i++) {
                sum += weights[i];
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

        /** Its place among all incidents, by time. */
        int index;

        /** For each contact and each of its touches, the custodian: its slot at first, then its index. */
        final int[][] custodians;

        List<Candidate> candidates = List.of();
        /** Weight of all the buyer's orders under the prior density, for the share of shopping at all. */
        double shoppingWeight;

        Incident(List<KnownContact> known, Incident before) {
            this.contacts = known.stream().map(KnownContact::evidence).toList();
            this.custodians =
                    known.stream().map(contact -> contact.slots().clone()).toArray(int[][]::new);
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

    /** Turns the custodians' slots into their indexes among the accounts. */
    static void resolve(List<Incident> incidents, int[] indexOfSlot) {
        for (Incident incident : incidents) {
            for (int[] custodians : incident.custodians) {
                for (int t = 0; t < custodians.length; t++) {
                    custodians[t] = indexOfSlot[custodians[t]];
                }
            }
        }
    }

    /**
     * Finds which custodians could explain an incident.
     *
     * @param relevant whether a custodian, by its index, is of interest
     */
    static void findCandidates(Incident incident, IntPredicate relevant, LeadTimes leadTimes, ModelSettings settings) {
        List<ContactTouch> touches = incident.first.touches();
        List<Candidate> candidates = new ArrayList<>();
        List<String> orders = new ArrayList<>();
        double shopping = 0;
        for (int t = 0; t < touches.size(); t++) {
            ContactTouch touch = touches.get(t);
            long lead = incident.at() - touch.touchedAt();
            if (lead <= 0 || lead > settings.window()) {
                continue;
            }
            if (!orders.contains(touch.orderId())) {
                orders.add(touch.orderId());
                shopping += leadTimes.priorDensity(lead);
            }
            int custodian = incident.custodians[0][t];
            if (relevant.test(custodian)) {
                double weight = leadTimes.density(touch.custodian().role(), lead)
                        * quoteFactor(touch.orderId(), incident.quotedOrderId, settings);
                candidateFor(custodian, candidates).add(EventTime.dayOf(touch.touchedAt()), weight);
            }
        }
        candidates.sort(Comparator.comparingInt(candidate -> candidate.custodian));
        incident.candidates = candidates;
        incident.shoppingWeight = shopping;
    }

    /** A buyer's touches are few, so they are looked through. */
    private static Candidate candidateFor(int custodian, List<Candidate> candidates) {
        for (Candidate candidate : candidates) {
            if (candidate.custodian == custodian) {
                return candidate;
            }
        }
        Candidate candidate = new Candidate(custodian);
        candidates.add(candidate);
        return candidate;
    }

    static double quoteFactor(String orderId, String quotedOrderId, ModelSettings settings) {
        if (quotedOrderId == null) {
            return settings.noOrderQuoted();
        }
        return orderId.equals(quotedOrderId) ? settings.quotedOrder() : settings.otherOrder();
    }
}
