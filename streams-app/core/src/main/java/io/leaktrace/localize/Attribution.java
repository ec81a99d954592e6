package io.leaktrace.localize;

import io.leaktrace.domain.Correlation.ContactTouch;
import io.leaktrace.domain.EventTime;
import io.leaktrace.localize.Incidents.Incident;
import java.util.List;

/**
 * The result of attributing an epoch's incidents: the background, the intensity of each cause, and an estimate of each
 * custodian. It is read-only.
 *
 * @param data the data that were attributed
 * @param estimates one for each account, in the order of the accounts
 */
record Attribution(EpochData data, Background background, Intensities intensities, List<LeakEstimate> estimates) {

    LeakEstimate of(Account account) {
        return estimates.get(account.index());
    }

    /** Returns the share of the incident at an index that is attributed to one touch of its buyer's orders, in [0, 1]. */
    double share(int i, ContactTouch touch) {
        double atTouch = data.settings().accesses().atTouch(touch.custodian(), touch.touchedAt(), touch.accessedAt());
        double share = share(i, touch, touch.touchedAt(), atTouch);
        return atTouch < 1 ? share + share(i, touch, touch.accessedAt(), 1 - atTouch) : share;
    }

    /** @param gained probability that the custodian gained the order's data at this time */
    private double share(int i, ContactTouch touch, long at, double gained) {
        Incident incident = data.incidents().get(i);
        ModelSettings settings = data.settings();
        long lead = incident.at - at;
        if (lead <= 0 || lead > settings.window()) {
            return 0;
        }
        int index = data.indexes().get(touch.custodian());
        double level = estimates.get(index).levels().on(EventTime.dayOf(at));
        if (level == 0) {
            return 0;
        }
        double weight = data.leadTimes().density(touch.custodian().role(), lead)
                * Incidents.orderFactor(
                        incident,
                        touch.orderId().equals(incident.dialledOrderId),
                        touch.orderId().equals(incident.quotedOrderId),
                        settings)
                * Incidents.markFactor(incident.disclosedMark, touch.mark(), settings)
                * incident.reliability
                * incident.perReported
                * gained;
        int candidate = data.candidates().of(i, index);
        return candidate < 0
                ? 0
                : level
                        * weight
                        * data.candidates().sawFactor(candidate, EventTime.dayOf(at), touch.saw())
                        * intensities.knowledge(candidate)
                        / intensities.total(i);
    }
}
