package io.leaktrace.domain;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/** Output of a correlate task for the localizer, about the buyers of its partition. Times are in epoch milliseconds. */
public sealed interface Correlation {

    /**
     * A contact with all touches of its buyer within a window before it (possible causes) and after it (no causes, used
     * as negative control). A later record for the same contact replaces it.
     *
     * @param disclosed a bit for each {@link Field}, by ordinal
     * @param quotedOrderId the order the caller named, or null
     * @param source who reported the contact, or null if that is unknown
     * @param orderedBeforeWindow whether an order of this buyer is known that precedes the contact by more than a window
     * @param recentOrders number of orders of this buyer in the 7 days before the contact
     * @param hoursAtRisk number of hours of this buyer in each {@link Strata stratum}, in the window before the contact
     * @param touches ordered by time, custodian and order
     * @param past custodians that touched orders of this buyer before the contact, within the memory; ordered by
     *     custodian; empty if the memory is off
     * @param disclosedMark hash of the mark that came back, or 0
     * @param dialled which number of the buyer was dialled, or null if that is unknown
     * @param dialledOrderId the order for which the virtual number stood, or null
     * @param traces what the scammer left that other contacts may share; the model does not use it
     * @param decoy whether the buyer is a decoy
     */
    record ContactEvidence(
            String contactId,
            String buyerId,
            long contactedAt,
            long reportedAt,
            int disclosed,
            String quotedOrderId,
            ReportSource source,
            boolean orderedBeforeWindow,
            int recentOrders,
            List<Integer> hoursAtRisk,
            TouchColumns touches,
            PastColumns past,
            int disclosedMark,
            Dialled dialled,
            String dialledOrderId,
            ContactTraces traces,
            boolean decoy)
            implements Correlation {

        /** Creates the evidence of a contact of a real buyer without a mark and traces, of which the dialled number is unknown. */
        public ContactEvidence(
                String contactId,
                String buyerId,
                long contactedAt,
                long reportedAt,
                int disclosed,
                String quotedOrderId,
                ReportSource source,
                boolean orderedBeforeWindow,
                int recentOrders,
                List<Integer> hoursAtRisk,
                List<ContactTouch> touches,
                List<PastCustodian> past) {
            this(
                    contactId,
                    buyerId,
                    contactedAt,
                    reportedAt,
                    disclosed,
                    quotedOrderId,
                    source,
                    orderedBeforeWindow,
                    recentOrders,
                    hoursAtRisk,
                    TouchColumns.of(touches),
                    PastColumns.of(past),
                    0,
                    null,
                    null,
                    ContactTraces.NONE,
                    false);
        }

        public ContactEvidence {
            hoursAtRisk = List.copyOf(hoursAtRisk);
        }

        /** Returns the identity of the contact. */
        public ContactKey key() {
            return new ContactKey(buyerId, contactId);
        }

        /** Returns whether there is a touch at this time. */
        public boolean hasTouchAt(long time) {
            return Arrays.stream(touches.touchedAt()).anyMatch(touchedAt -> touchedAt == time);
        }

        /**
         * Returns a copy without the touches before this time. The past is known by week only: of the week that
         * contains the time, it keeps the custodians with a remaining touch.
         */
        public ContactEvidence withoutTouchesBefore(long time) {
            TouchColumns remaining = TouchColumns.of(
                    touches.stream().filter(touch -> touch.touchedAt() >= time).toList());
            return with(remaining, PastColumns.of(pastFrom(time, remaining)));
        }

        /**
         * Returns the same contact with other objects of its custodians.
         *
         * @param ofTouches by touch, a custodian that is equal to its custodian
         * @param ofPast by custodian of the past, likewise
         */
        public ContactEvidence with(Custodian[] ofTouches, Custodian[] ofPast) {
            return with(touches.with(ofTouches), past.with(ofPast));
        }

        private ContactEvidence with(TouchColumns otherTouches, PastColumns otherPast) {
            return new ContactEvidence(
                    contactId,
                    buyerId,
                    contactedAt,
                    reportedAt,
                    disclosed,
                    quotedOrderId,
                    source,
                    orderedBeforeWindow,
                    recentOrders,
                    hoursAtRisk,
                    otherTouches,
                    otherPast,
                    disclosedMark,
                    dialled,
                    dialledOrderId,
                    traces,
                    decoy);
        }

        private List<PastCustodian> pastFrom(long time, List<ContactTouch> remaining) {
            int kept = weeksFrom(time);
            List<PastCustodian> pastFrom = new ArrayList<>();
            for (PastCustodian custodian : past) {
                int weeks = custodian.weeks() & kept;
                for (ContactTouch touch : remaining) {
                    if (touch.touchedAt() < contactedAt && touch.custodian().equals(custodian.custodian())) {
                        weeks |= custodian.weeks() & PastCustodian.week(contactedAt, touch.touchedAt());
                    }
                }
                if (weeks != 0) {
                    pastFrom.add(new PastCustodian(
                            custodian.custodian(), weeks, custodian.saw(), custodian.accessed() & weeks));
                }
            }
            return pastFrom;
        }

        /** Returns the bits of the weeks that begin at or after a time. */
        private int weeksFrom(long time) {
            long firstWeek = -Math.floorDiv(-time, EventTime.WEEK);
            long count = EventTime.weekOf(contactedAt) - firstWeek + 1;
            return count >= Integer.SIZE ? -1 : (1 << Math.max(0, count)) - 1;
        }
    }

    /**
     * One custodian gained one order's data at one moment.
     *
     * @param saw bits of the fields that it had seen of the order before the contact, or {@link Fields#OF_ROLE}; the
     *     latter also of a touch after the contact
     * @param mark hash of the mark that it had been given before the contact, or 0
     * @param accessedAt when it first accessed the order before the contact, or 0 if it did not
     */
    record ContactTouch(Custodian custodian, String orderId, long touchedAt, int saw, int mark, long accessedAt) {

        /** Creates a touch by a custodian that did not access the order. */
        public ContactTouch(Custodian custodian, String orderId, long touchedAt, int saw, int mark) {
            this(custodian, orderId, touchedAt, saw, mark, 0);
        }

        /** Creates a touch by a custodian without a mark. */
        public ContactTouch(Custodian custodian, String orderId, long touchedAt, int saw) {
            this(custodian, orderId, touchedAt, saw, 0);
        }

        /** Creates a touch by a custodian that saw the fields that its role can know. */
        public ContactTouch(Custodian custodian, String orderId, long touchedAt) {
            this(custodian, orderId, touchedAt, Fields.OF_ROLE);
        }
    }

    /**
     * A custodian that touched orders of the buyer before the contact. Bit i of weeks: in the week i weeks before that
     * of the contact; weeks are of 7 days since 1970-01-01 (a Thursday).
     *
     * @param saw bits of all fields that it saw of these orders, or {@link Fields#OF_ROLE}
     * @param accessed the weeks in which it accessed orders, of those in which it touched some
     */
    record PastCustodian(Custodian custodian, int weeks, int saw, int accessed) {

        /** Creates one that accessed no order. */
        public PastCustodian(Custodian custodian, int weeks, int saw) {
            this(custodian, weeks, saw, 0);
        }

        /** Creates one that saw the fields that its role can know. */
        public PastCustodian(Custodian custodian, int weeks) {
            this(custodian, weeks, Fields.OF_ROLE);
        }

        /** Returns the bit of the week of a touch; 0 if the touch is more than 31 weeks before the contact. */
        public static int week(long contactedAt, long touchedAt) {
            long before = EventTime.weekOf(contactedAt) - EventTime.weekOf(touchedAt);
            return before < Integer.SIZE ? 1 << before : 0;
        }
    }

    /**
     * Changes of the counts since this task's previous exposures. They are added, so their order does not matter.
     *
     * @param touches change of the number of touches by custodian and bucket (number of the touch's epoch)
     * @param orders change of the number of orders by bucket
     * @param atRisk change of the number of buyers in a stratum from an hour on, by stratum and hour
     * @param accesses change of the number of orders that a custodian accessed, as {@code touches}; the bucket is that
     *     of the first access
     * @param decoys the changes by orders of decoys, which are not in the others
     */
    record Exposures(
            SortedMap<Custodian, SortedMap<Long, Integer>> touches,
            SortedMap<Long, Integer> orders,
            List<SortedMap<Long, Integer>> atRisk,
            SortedMap<Custodian, SortedMap<Long, Integer>> accesses,
            DecoyExposures decoys)
            implements Correlation {

        /** Creates exposures without decoys. */
        public Exposures(
                SortedMap<Custodian, SortedMap<Long, Integer>> touches,
                SortedMap<Long, Integer> orders,
                List<SortedMap<Long, Integer>> atRisk,
                SortedMap<Custodian, SortedMap<Long, Integer>> accesses) {
            this(touches, orders, atRisk, accesses, DecoyExposures.none());
        }

        /** Returns whether nothing changes. */
        public boolean isEmpty() {
            return touches.isEmpty()
                    && orders.isEmpty()
                    && atRisk.stream().allMatch(Map::isEmpty)
                    && accesses.isEmpty()
                    && decoys.touches.isEmpty()
                    && decoys.accesses.isEmpty()
                    && decoys.atRisk.isEmpty();
        }

        /** Returns mutable, empty exposures. */
        public static Exposures none() {
            List<SortedMap<Long, Integer>> atRisk = new ArrayList<>();
            for (int stratum = 0; stratum < Strata.COUNT; stratum++) {
                atRisk.add(new TreeMap<>());
            }
            return new Exposures(new TreeMap<>(), new TreeMap<>(), atRisk, new TreeMap<>());
        }

        /**
         * Approximate maximum size of a part in bytes: far below the brokers' limit of a record, and large enough to
         * give few parts.
         */
        private static final int PART_BYTES = 256 * 1024;

        /** Maximum size in bytes of role, separator and lengths, without the id. */
        private static final int CUSTODIAN_BYTES = 40;

        private static final int BUCKET_BYTES = 12;
        private static final int BYTES_OF_A_CHARACTER = 3;

        private static final int KINDS = 4;

        private SortedMap<Custodian, SortedMap<Long, Integer>> counts(int kind) {
            return switch (kind) {
                case 0 -> touches;
                case 1 -> accesses;
                case 2 -> decoys.touches;
                default -> decoys.accesses;
            };
        }

        /** Returns the same changes in parts, each small enough for a record. */
        public List<Exposures> split() {
            if (custodianBytes() <= PART_BYTES) {
                return List.of(this);
            }
            List<Exposures> parts = new ArrayList<>();
            Exposures part = new Exposures(
                    new TreeMap<>(),
                    orders,
                    atRisk,
                    new TreeMap<>(),
                    new DecoyExposures(new TreeMap<>(), new TreeMap<>(), decoys.atRisk));
            long size = 0;
            for (int kind = 0; kind < KINDS; kind++) {
                for (Map.Entry<Custodian, SortedMap<Long, Integer>> entry :
                        counts(kind).entrySet()) {
                    long more = bytes(entry);
                    if (size > 0 && size + more > PART_BYTES) {
                        parts.add(part);
                        part = none();
                        size = 0;
                    }
                    part.counts(kind).put(entry.getKey(), entry.getValue());
                    size += more;
                }
            }
            parts.add(part);
            return parts;
        }

        private long custodianBytes() {
            long bytes = 0;
            for (int kind = 0; kind < KINDS; kind++) {
                for (Map.Entry<Custodian, SortedMap<Long, Integer>> entry :
                        counts(kind).entrySet()) {
                    bytes += bytes(entry);
                }
            }
            return bytes;
        }

        private static long bytes(Map.Entry<Custodian, SortedMap<Long, Integer>> entry) {
            return CUSTODIAN_BYTES
                    + (long) BYTES_OF_A_CHARACTER * entry.getKey().id().length()
                    + (long) BUCKET_BYTES * entry.getValue().size();
        }
    }

    /**
     * Changes of the counts by orders of decoys.
     *
     * @param touches as those of {@link Exposures}, as are the accesses
     * @param atRisk change of the number of decoys with an order in the window before, by hour
     */
    record DecoyExposures(
            SortedMap<Custodian, SortedMap<Long, Integer>> touches,
            SortedMap<Custodian, SortedMap<Long, Integer>> accesses,
            SortedMap<Long, Integer> atRisk) {

        /** Returns mutable, empty exposures. */
        static DecoyExposures none() {
            return new DecoyExposures(new TreeMap<>(), new TreeMap<>(), new TreeMap<>());
        }
    }

    /**
     * Progress of a task: it has emitted everything from before {@code reached}, except for late records.
     *
     * @param partition the task's partition of the input
     * @param reached a boundary of epochs; {@link Long#MIN_VALUE} before the first
     * @param latest the latest event time of a record
     * @param atEnd whether the task has read its input to the end, so that others do not wait for it
     * @param counts input counts since the task's previous progress, by number of epoch
     */
    record Progress(int partition, long reached, long latest, boolean atEnd, SortedMap<Long, InputCounts> counts)
            implements Correlation {}

    /** A verdict, forwarded in event time. {@code expiresAt} is null if it stays in force until the next one. */
    record VerdictGiven(Custodian custodian, Verdict verdict, long at, Long expiresAt) implements Correlation {}

    /** A request to erase the data of this buyer from before {@code at}. */
    record BuyerErased(String buyerId, long at) implements Correlation {}
}
