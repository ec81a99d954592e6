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

        /** Identity of the contact. */
        public ContactKey key() {
            return new ContactKey(buyerId, contactId);
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

        /** Whether a touch was before this time. */
        public boolean hasTouchBefore(long time) {
            return touches.stream().anyMatch(touch -> touch.touchedAt() < time);
        }

        /** The same without the touches before this time. */
        public ContactEvidence withoutTouchesBefore(long time) {
            return new ContactEvidence(
                    contactId,
                    buyerId,
                    contactedAt,
                    reportedAt,
                    disclosed,
                    quotedOrderId,
                    recentOrders,
                    hoursAtRisk,
                    touches.stream().filter(touch -> touch.touchedAt() >= time).toList());
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

        /** Size of a part in bytes, roughly: far below what brokers accept as a record, and large enough to be few. */
        private static final int PART_BYTES = 256 * 1024;

        /** Role, separator and counts beside the id, and each bucket with its count, at most. */
        private static final int CUSTODIAN_BYTES = 40;

        private static final int BUCKET_BYTES = 12;
        private static final int BYTES_OF_A_CHARACTER = 3;

        /** Returns the same changes in parts, each small enough for a record. */
        public List<Exposures> split() {
            List<Exposures> parts = new ArrayList<>();
            Exposures part = new Exposures(new TreeMap<>(), orders, atRisk);
            long size = 0;
            for (Map.Entry<Custodian, SortedMap<Long, Integer>> entry : touches.entrySet()) {
                long more = CUSTODIAN_BYTES
                        + (long) BYTES_OF_A_CHARACTER * entry.getKey().id().length()
                        + (long) BUCKET_BYTES * entry.getValue().size();
                if (size > 0 && size + more > PART_BYTES) {
                    parts.add(part);
                    part = none();
                    size = 0;
                }
                part.touches.put(entry.getKey(), entry.getValue());
                size += more;
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
