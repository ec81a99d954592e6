package io.leaktrace.localize;

import io.leaktrace.domain.Correlation.ContactEvidence;
import io.leaktrace.domain.EventTime;
import io.leaktrace.domain.Strata;
import io.leaktrace.localize.Ledger.KnownContact;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * Contacts of one buyer within a few days of the first are one incident: a campaign calls again. An incident happens
 * with its first contact and discloses what any of its contacts did.
 */
final class Incidents {

    /** One incident. */
    static final class Incident {
        final List<KnownContact> contacts;
        final KnownContact known;
        final ContactEvidence first;
        /** When it happened: time and day. */
        final long at;

        final long day;
        /** When the latest report of it came. */
        final long reportedAt;

        final int disclosed;
        final String quotedOrderId;
        final int stratum;
        /** Whether the buyer had an order in the window, so that it counts among those at risk. */
        final boolean atRisk;
        /** The same buyer's incident before, or null. */
        final Incident before;

        /** Its place among all incidents, by time. */
        int index;

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
            long latestReport = Long.MIN_VALUE;
            for (KnownContact contact : contacts) {
                disclosed |= contact.evidence().disclosed();
                latestReport = Math.max(latestReport, contact.evidence().reportedAt());
                quoted = quoted == null ? contact.evidence().quotedOrderId() : quoted;
            }
            this.disclosed = disclosed;
            this.reportedAt = latestReport;
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

    static double quoteFactor(boolean anyQuoted, boolean thisQuoted, ModelSettings settings) {
        if (!anyQuoted) {
            return settings.noOrderQuoted();
        }
        return thisQuoted ? settings.quotedOrder() : settings.otherOrder();
    }
}
