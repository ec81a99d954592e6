package io.leaktrace.evaluate;

import io.leaktrace.domain.Correlation.ContactEvidence;
import io.leaktrace.domain.Correlation.ContactTouch;
import io.leaktrace.domain.Custodian;
import io.leaktrace.domain.EventTime;
import io.leaktrace.domain.Field;
import io.leaktrace.domain.Fields;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;

/**
 * An incident with its true cause: all contacts of a buyer within 3 days of the first, as in the pipeline. Contacts after
 * the first repeat what it disclosed.
 *
 * @param at time of its first contact, in epoch milliseconds
 * @param disclosed fields that its first contact disclosed
 * @param quotedOrderId the order that its first contact named, or null
 * @param knownFrom time of its earliest report, in epoch milliseconds
 * @param cause the custodian whose leak caused the first contact, or null if no leak did
 * @param background expected reported incidents per day of this buyer at this time that no leak causes, above 0
 * @param touches touches of the buyer's orders in the window before the first contact, by time
 */
record CausedIncident(
        long at,
        Set<Field> disclosed,
        String quotedOrderId,
        long knownFrom,
        Custodian cause,
        double background,
        List<ContactTouch> touches) {

    private static final long SPAN = 3 * EventTime.DAY;

    /** Returns the incidents of a trial, by buyer and time, without reports that are made up. */
    static List<CausedIncident> of(Trial trial) {
        List<ContactEvidence> sorted = new ArrayList<>(trial.contacts());
        sorted.sort(Comparator.comparing(ContactEvidence::buyerId)
                .thenComparing(ContactEvidence::contactedAt)
                .thenComparing(ContactEvidence::contactId));
        List<CausedIncident> incidents = new ArrayList<>();
        int from = 0;
        for (int i = 1; i <= sorted.size(); i++) {
            ContactEvidence first = sorted.get(from);
            boolean ends = i == sorted.size()
                    || !sorted.get(i).buyerId().equals(first.buyerId())
                    || sorted.get(i).contactedAt() - first.contactedAt() > SPAN;
            if (ends) {
                CausedIncident incident = of(sorted.subList(from, i), trial);
                // The background does not call accounts that make up reports.
                if (incident.background > 0) {
                    incidents.add(incident);
                }
                from = i;
            }
        }
        return incidents;
    }

    private static CausedIncident of(List<ContactEvidence> contacts, Trial trial) {
        ContactEvidence first = contacts.get(0);
        long at = first.contactedAt();
        List<ContactTouch> touches = first.touches().stream()
                .filter(touch -> touch.touchedAt() < at && at - touch.touchedAt() <= Tabulation.WINDOW)
                .toList();
        int orders = Math.max(first.recentOrders(), orders(touches));
        return new CausedIncident(
                at,
                Fields.of(first.disclosed()),
                first.quotedOrderId(),
                contacts.stream().mapToLong(ContactEvidence::reportedAt).min().orElseThrow(),
                trial.causeOf(first),
                trial.trueCalls()
                        .rate()
                        .perDay(first.buyerId(), Instant.ofEpochMilli(at), first.recentOrders(), orders),
                touches);
    }

    /** Returns the number of the buyer's orders in the window before. */
    int orders() {
        return orders(touches);
    }

    private static int orders(List<ContactTouch> touches) {
        return (int) touches.stream().map(ContactTouch::orderId).distinct().count();
    }
}
