package io.leaktrace.domain;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/** What a correlate task tells the localizer about the buyers of its partition. Times are epoch milliseconds. */
public sealed interface Correlation {

    /**
     * A contact with every touch of its buyer within the window before it (which could explain it) and after it (which
     * cannot, and so shows whether a custodian's buyers are called anyway). A later one for the same contact replaces
     * it.
     *
     * @param disclosed a bit for each {@link Field}, by ordinal
     * @param quotedOrderId the order the caller named, or null
     * @param recentOrders orders of this buyer in the 7 days before the contact
     * @param hoursAtRisk hours of this buyer in each {@link Strata stratum}, in the window before the contact
     * @param touches ordered by time, custodian and order
     */
    record ContactEvidence(
            String contactId,
            String buyerId,
            long contactedAt,
            long reportedAt,
            int disclosed,
            String quotedOrderId,
            int recentOrders,
            List<Integer> hoursAtRisk,
            List<ContactTouch> touches)
            implements Correlation {

        public ContactEvidence {
            hoursAtRisk = List.copyOf(hoursAtRisk);
            touches = List.copyOf(touches);
        }

        /** Whether a touch was at this moment. */
        public boolean hasTouchAt(long time) {
            for (ContactTouch touch : touches) {
                if (touch.touchedAt() == time) {
                    return true;
                }
            }
            return false;
        }
    }

    /** One custodian gained one order's data at one moment. */
    record ContactTouch(Custodian custodian, String orderId, long touchedAt) {}

    /**
     * Changes of the counts since this task's exposures before. Changes add up, so their order does not matter.
     *
     * @param touches touches gained by custodian and bucket (number of the epoch the touch fell into)
     * @param orders orders placed by bucket
     * @param atRisk by stratum and hour: so many buyers more, or fewer, are in the stratum from this hour on
     */
    record Exposures(
            SortedMap<Custodian, SortedMap<Long, Integer>> touches,
            SortedMap<Long, Integer> orders,
            List<SortedMap<Long, Integer>> atRisk)
            implements Correlation {

        /** No changes, to add some to. */
        public static Exposures none() {
            List<SortedMap<Long, Integer>> atRisk = new ArrayList<>();
            for (int stratum = 0; stratum < Strata.COUNT; stratum++) {
                atRisk.add(new TreeMap<>());
            }
            return new Exposures(new TreeMap<>(), new TreeMap<>(), atRisk);
        }

        /** The same changes in parts of at most so many custodians, so that each fits a record. */
        public List<Exposures> split(int mostCustodians) {
            List<Exposures> parts = new ArrayList<>();
            Exposures part = new Exposures(new TreeMap<>(), orders, atRisk);
            for (Map.Entry<Custodian, SortedMap<Long, Integer>> entry : touches.entrySet()) {
                if (part.touches.size() == mostCustodians) {
                    parts.add(part);
                    part = none();
                }
                part.touches.put(entry.getKey(), entry.getValue());
            }
            parts.add(part);
            return parts;
        }
    }

    /**
     * All that a task will say of the time before {@code reached} has been said, but for records that come late.
     *
     * @param partition the task's partition of the input
     * @param reached a boundary of epochs; {@link Long#MIN_VALUE} before the first
     * @param latest the latest event time seen
     * @param atEnd the task has read its partitions to the end, so others need not wait for it
     * @param counts by number of epoch, what was counted since the task's progress before
     */
    record Progress(int partition, long reached, long latest, boolean atEnd, SortedMap<Long, InputCounts> counts)
            implements Correlation {}

    /** A verdict, passed on in event time. {@code expiresAt} is null for one that holds until the next. */
    record VerdictGiven(Custodian custodian, Verdict verdict, long at, Long expiresAt) implements Correlation {}

    /** What is known of this buyer from before {@code at} is to be forgotten. */
    record BuyerErased(String buyerId, long at) implements Correlation {}
}
