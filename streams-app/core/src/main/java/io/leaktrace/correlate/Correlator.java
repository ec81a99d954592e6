package io.leaktrace.correlate;

import com.dynatrace.hash4j.hashing.Hasher64;
import com.dynatrace.hash4j.hashing.Hashing;
import io.leaktrace.domain.ContactDetails;
import io.leaktrace.domain.ContactTraces;
import io.leaktrace.domain.Correlation;
import io.leaktrace.domain.Correlation.BuyerErased;
import io.leaktrace.domain.Correlation.ContactEvidence;
import io.leaktrace.domain.Correlation.ContactTouch;
import io.leaktrace.domain.Correlation.DecoyExposures;
import io.leaktrace.domain.Correlation.Exposures;
import io.leaktrace.domain.Correlation.Progress;
import io.leaktrace.domain.Custodian;
import io.leaktrace.domain.Dialled;
import io.leaktrace.domain.Erasure;
import io.leaktrace.domain.EventTime;
import io.leaktrace.domain.Fields;
import io.leaktrace.domain.InputCounts;
import io.leaktrace.domain.Loss;
import io.leaktrace.domain.OrderEvent;
import io.leaktrace.domain.OrderEventType;
import io.leaktrace.domain.ReportSource;
import io.leaktrace.domain.ScamContact;
import io.leaktrace.domain.TouchColumns;
import it.unimi.dsi.fastutil.longs.LongArrayList;
import it.unimi.dsi.fastutil.objects.Object2IntOpenHashMap;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import org.apache.commons.codec.digest.MurmurHash3;

/**
 * Joins the order events and contacts of one partition by buyer. It stores both for the retention, emits the touches
 * that could explain a contact, counts exposures, and reports its progress at each epoch boundary.
 *
 * <p>The final result does not depend on the order in which records arrive, as long as they arrive within the
 * retention: evidence is emitted again when another touch of it arrives, and exposures are changes that add up.
 *
 * <p>Not safe for use by several threads: it belongs to one task.
 */
public final class Correlator {

    /**
     * An order id is written again if the entry that holds it is older than this, in ms, so that the id does not expire
     * before its references.
     */
    private static final long ORDER_ID_REUSE = EventTime.DAY;

    /** Time span of the entries that stay on the heap, in ms: most events follow others of their order within it. */
    private static final long NEWEST = 2 * EventTime.DAY;

    /**
     * Maximum number of touches of a contact; those nearest in time are kept. A buyer with more of them within a window
     * is not an ordinary customer, and more distant touches would explain little.
     */
    static final int MAX_TOUCHES = 1000;

    /**
     * Maximum number of a buyer's contacts within two windows for which evidence is emitted. Calls within a few days
     * are one incident anyway, and each has the touches of the others.
     */
    static final int MAX_CONTACTS = 100;

    /** Maximum total size of ids in the touches of a contact in bytes, so that evidence fits in a record. */
    static final int MAX_TOUCH_BYTES = 512 * 1024;

    private final CorrelateSettings settings;
    private final int partition;
    private final CorrelatorStore store;

    private static final int HASH_KEY_BYTES = 2 * Long.BYTES;

    /** Tweak of the hash; the key has no other use. */
    private static final long HASH_TWEAK = 0;

    private static final Comparator<ContactTouch> BY_TIME = Comparator.comparingLong(ContactTouch::touchedAt)
            .thenComparing(ContactTouch::custodian)
            .thenComparing(ContactTouch::orderId);

    private final BuyerIndex index = new BuyerIndex();
    private final BuyerLog log;
    private final LogEntry entry;
    private final BuyerHistory history;
    private final BuyerPast past;
    private final byte[] body = new byte[BuyerLog.BLOCK_BYTES];

    private final List<Custodian> custodians = new ArrayList<>();
    private final Object2IntOpenHashMap<Custodian> numberByCustodian = new Object2IntOpenHashMap<>();

    /** Changes of the number of touches; the key combines the custodian's number and the bucket. */
    private final CountChanges touchChanges = new CountChanges();

    /** The same of the number of accesses. */
    private final CountChanges accessChanges = new CountChanges();

    private final CountChanges orderChanges = new CountChanges();
    private final BuyersAtRisk atRisk;
    /** The same of decoys, whose orders are not counted otherwise. */
    private final CountChanges decoyTouchChanges = new CountChanges();

    private final CountChanges decoyAccessChanges = new CountChanges();

    private final BuyersAtRisk decoysAtRisk;
    private final Decoys decoys;
    private final Hasher64 buyerHasher;
    private final EpochCounters counters = new EpochCounters();

    private final StreamTime streamTime;
    private boolean atEndReported;
    private boolean unsaved;
    private long exposuresSentTo;

    /** The bucket of the last lookup, cached to avoid a division per record. */
    private long bucket;

    private long bucketFrom = Long.MAX_VALUE;

    /** Restores the state from the store. */
    public Correlator(CorrelateSettings settings, int partition, CorrelatorStore store) {
        this.settings = settings;
        this.partition = partition;
        this.store = store;
        this.streamTime = new StreamTime(settings);
        this.atRisk = new BuyersAtRisk(settings.window());
        this.decoysAtRisk = new BuyersAtRisk(settings.window());
        this.decoys = new Decoys(settings, store);
        this.buyerHasher = buyerHasher(store);
        this.log = BuyerLog.recent(store.recent(), index, NEWEST);
        this.entry = new LogEntry(log);
        this.history = new BuyerHistory(log, index, atRisk.interact(settings.lookBack() - EventTime.HOUR));
        this.past = new BuyerPast(settings, store.past(), index, log, custodians);
        numberByCustodian.defaultReturnValue(-1);
        restore();
    }

    /**
     * Returns the hasher of buyer ids: 64 bits, with a secret key that is created with the log and stored with it.
     * Without a secret key, an attacker could search for an id that collides with a victim's, and so mix or erase the
     * victim's history. Results do not depend on the key.
     */
    private static Hasher64 buyerHasher(CorrelatorStore store) {
        byte[] key = store.hashKey().orElseGet(() -> {
            byte[] made = new byte[HASH_KEY_BYTES];
            new SecureRandom().nextBytes(made);
            store.putHashKey(made);
            return made;
        });
        return Hashing.polymurHash2_0(HASH_TWEAK, EntryBytes.longAt(key, 0), EntryBytes.longAt(key, Long.BYTES));
    }

    private void restore() {
        store.custodians().forEach(custodian -> {
            numberByCustodian.put(custodian, custodians.size());
            custodians.add(custodian);
        });
        past.restore();
        exposuresSentTo = Long.MAX_VALUE;
        store.checkpoint().ifPresent(saved -> {
            streamTime.restore(saved.latest(), saved.reached());
            atEndReported = saved.atEndReported();
            exposuresSentTo = saved.exposuresSentTo();
            counters.restore(saved.counts());
        });
        log.restore(restored -> {
            if (restored.isOrderEvent() && restored.position() >= exposuresSentTo) {
                history.scan(
                        restored.buyer(),
                        restored.orderHash(),
                        restored.eventHash(),
                        restored.time() - settings.lookBack(),
                        restored.time());
                int[] custodianNumbers = restored.custodianNumbers();
                count(restored.buyer(), restored.orderHash(), restored.time(), custodianNumbers, restored.isAccess());
            }
        });
        exposuresSentTo = Math.min(exposuresSentTo, log.end());
    }

    /** Returns the hash of a buyer from its id in UTF-8, which is the key of its records. */
    public long buyerHash(byte[] id) {
        return buyerHasher.hashBytesToLong(id);
    }

    private long buyerHash(String id) {
        return buyerHash(id.getBytes(StandardCharsets.UTF_8));
    }

    /**
     * Prefetches the data of a buyer into the CPU cache; affects only speed. Nearly all time of a lookup is spent
     * waiting for memory, and consecutive prefetches of several buyers overlap.
     */
    public void prefetch(long buyer) {
        index.fetch(buyer);
    }

    /** Processes an order event and returns the resulting correlations. */
    public List<Correlation> accept(OrderEvent received) {
        OrderEvent event = received.withWholes();
        unsaved = true;
        List<Correlation> correlations = new ArrayList<>(0);
        reportResumed(correlations);
        long time = event.occurredAt().toEpochMilli();
        if (isExpired(time)) {
            counters(time).add(EpochCounters.Kind.EXPIRED);
            return correlations;
        }
        long buyer = buyerHash(event.buyerId());
        int eventHash = (int) hash(event.eventId());
        byte[] orderId = event.orderId().getBytes(StandardCharsets.UTF_8);
        int orderHash = EntryBytes.hash(orderId, 0, orderId.length);
        // Then no relevant entry of the buyer history can have expired.
        if (time >= streamTime.latest() - settings.window()) {
            history.load(buyer, orderHash, eventHash, time, time - settings.lookBack(), time - ORDER_ID_REUSE);
        } else {
            history.scan(buyer, orderHash, eventHash, time - settings.lookBack(), time - ORDER_ID_REUSE);
        }
        if (history.duplicate()) {
            counters(time).add(EpochCounters.Kind.DUPLICATE);
            advanceTo(time, correlations);
            return correlations;
        }
        counters(time).add(EpochCounters.Kind.ORDER_EVENT);
        if (time < streamTime.boundary()) {
            counters(time).add(EpochCounters.Kind.LATE);
        }
        int[] custodianNumbers = numbersOf(event.custodians());
        boolean changesPast = event.decoy() && addDecoy(buyer, time, correlations);
        count(buyer, orderHash, time, custodianNumbers, event.type() == OrderEventType.ACCESSED);
        append(event, time, buyer, eventHash, orderHash, orderId, custodianNumbers);
        history.cache(buyer, orderHash, eventHash, time);
        // For a buyer with very many orders or contacts, each event would emit all evidence again.
        if (custodianNumbers.length > 0
                && !history.isTruncated()
                && history.contacts().size() <= MAX_CONTACTS) {
            for (int i = 0; i < history.contacts().size(); i++) {
                entry.read(history.contacts().getLong(i));
                if (Math.abs(entry.time() - time) <= settings.window()) {
                    ContactEvidence evidence = evidence(buyer, entry.position());
                    // An event before the contact changes the buyer's time at risk, even without touches.
                    if (time <= evidence.contactedAt() || evidence.hasTouchAt(time)) {
                        correlations.add(evidence);
                    }
                } else if (changesEvidenceFromBeforeWindow(time)) {
                    correlations.add(evidence(buyer, entry.position()));
                }
            }
        }
        if (changesPast) {
            // After a restart, unsent exposures are recounted with the decoys as they are known then.
            takeExposures(correlations);
        }
        advanceTo(time, correlations);
        return correlations;
    }

    /**
     * Adds a decoy, known by an event of this time, and emits its contacts that were not a decoy's before. Returns
     * whether orders that it had placed before are counted as a decoy's now.
     */
    private boolean addDecoy(long buyer, long time, List<Correlation> correlations) {
        long before = decoys.since(buyer);
        if (!decoys.add(buyer, time)) {
            return false;
        }
        long since = decoys.since(buyer);
        LongArrayList contacts = new LongArrayList();
        CountedOrders counted = new CountedOrders(settings.lookBack());
        int scanned = 0;
        for (boolean more = entry.latestOf(buyer);
                more && scanned < BuyerHistory.MAX_SCANNED;
                more = entry.previous()) {
            scanned++;
            if (entry.inOrder() && entry.time() < since - settings.lookBack()) {
                break;
            }
            if (entry.isOrderEvent()) {
                int[] custodianNumbers = entry.custodianNumbers();
                counted.add(entry.orderHash(), entry.time(), custodianNumbers, entry.isAccess());
            } else if (entry.time() >= since && entry.time() < before && contacts.size() < MAX_CONTACTS) {
                contacts.add(entry.position());
            }
        }
        for (int i = 0; i < contacts.size(); i++) {
            correlations.add(evidence(buyer, contacts.getLong(i)));
        }
        counted.forEachTouch(since, before, (custodian, at) -> {
            touchChanges.add(touchKey(custodian, at), -1);
            decoyTouchChanges.add(touchKey(custodian, at), 1);
        });
        counted.forEachAccess(since, before, (custodian, at) -> {
            accessChanges.add(touchKey(custodian, at), -1);
            decoyAccessChanges.add(touchKey(custodian, at), 1);
        });
        long[] orders = counted.orders();
        long[] changed =
                Arrays.stream(orders).filter(at -> at >= since && at < before).toArray();
        for (long at : changed) {
            orderChanges.add(bucketOf(at), -1);
        }
        if (changed.length > 0) {
            long[] hours = Arrays.stream(orders).map(EventTime::hourOf).toArray();
            addBuyer(hours, before, -1);
            addBuyer(hours, since, 1);
        }
        return changed.length > 0;
    }

    /**
     * Adds or removes a buyer at risk.
     *
     * @param hours hours of its orders, ascending
     * @param decoySince since when it is a decoy, or {@link Decoys#NEVER}
     * @param buyers 1 to add it, −1 to remove it
     */
    private void addBuyer(long[] hours, long decoySince, int buyers) {
        atRisk.addBuyer(Decoys.hours(hours, decoySince, false), buyers);
        decoysAtRisk.addBuyer(Decoys.hours(hours, decoySince, true), buyers);
    }

    /**
     * Returns whether an order event with custodians, more than a window from the contact that {@link #entry} is at, is
     * part of what is known from before its window; marks the contact if it is the first of them.
     */
    private boolean changesEvidenceFromBeforeWindow(long time) {
        boolean marks = !entry.orderedBeforeWindow() && isBeforeWindow(time, entry.time(), entry.reportedAt());
        if (marks) {
            log.markOrderedBeforeWindow(entry.position());
        }
        boolean isPast = settings.hasMemory()
                && time < entry.time()
                && EventTime.weekOf(time) >= settings.firstWeekOfMemory(entry.time());
        return marks || isPast;
    }

    /** Processes a contact and returns the resulting correlations. */
    public List<Correlation> accept(ScamContact contact) {
        unsaved = true;
        List<Correlation> correlations = new ArrayList<>(1);
        reportResumed(correlations);
        long contactedAt = contact.contactedAt().toEpochMilli();
        long reportedAt = contact.reportedAt().toEpochMilli();
        long buyer = buyerHash(contact.buyerId());
        // Also compared with its own report: the first record of a partition has no earlier one to compare with.
        if (isExpired(contactedAt) || contactedAt < reportedAt - settings.retention()) {
            counters(reportedAt).add(EpochCounters.Kind.EXPIRED);
            advanceTo(reportedAt, correlations);
            return correlations;
        }
        history.scan(buyer, 0, 0, contactedAt - settings.lookBack(), contactedAt);
        if (isDuplicateContact(contact.contactId())) {
            counters(reportedAt).add(EpochCounters.Kind.DUPLICATE);
            advanceTo(reportedAt, correlations);
            return correlations;
        }
        counters(reportedAt).add(EpochCounters.Kind.SCAM_CONTACT);
        if (reportedAt < streamTime.boundary()) {
            counters(reportedAt).add(EpochCounters.Kind.LATE);
        }
        boolean orderedBeforeWindow = hasOrderBeforeWindow(buyer, contactedAt, reportedAt);
        append(contact, contactedAt, reportedAt, buyer, orderedBeforeWindow);
        if (history.contacts().size() < MAX_CONTACTS) {
            correlations.add(evidence(buyer, log.latestOf(buyer)));
        }
        advanceTo(reportedAt, correlations);
        return correlations;
    }

    /**
     * Erases the data of a buyer from before a time: events that occurred and contacts that were reported before it, and
     * the weeks of the long memory that began before it.
     * The remaining and later data are treated as if the erased ones had never existed. Exposures stay, since they
     * identify no buyer.
     *
     * @return the resulting correlations
     */
    public List<Correlation> accept(Erasure erasure) {
        unsaved = true;
        List<Correlation> correlations = new ArrayList<>(2);
        reportResumed(correlations);
        long buyer = buyerHash(erasure.buyerId());
        BuyerErasure.Plan plan = BuyerErasure.plan(
                log, buyer, erasure.at().toEpochMilli(), settings, expiredBefore(), ORDER_ID_REUSE, decoys);
        if (plan.erasesAnything()) {
            moveExposures(plan, decoys.since(buyer));
            log.erase(buyer);
            plan.remaining()
                    .forEach(entry -> log.append(entry.kind(), entry.time(), buyer, entry.body(), entry.body().length));
        }
        // If only this changes, the contacts stay as they are: some of their touches may have expired since they were
        // emitted. The localizer removes the weeks from them itself.
        past.erase(buyer, erasure.at().toEpochMilli());
        // After a restart, unsent exposures are recounted from later log entries, so emit all exposures before the
        // rewritten entries follow.
        takeExposures(correlations);
        if (plan.erasesAnything()) {
            correlations.addAll(evidenceOfLatestContacts(buyer));
        }
        correlations.add(new BuyerErased(erasure.buyerId(), erasure.at().toEpochMilli()));
        return correlations;
    }

    /** Moves the counts of partly erased orders to their first remaining events. */
    private void moveExposures(BuyerErasure.Plan plan, long decoySince) {
        move(plan.movedTouches(), touchChanges, decoyTouchChanges, plan.decoySince(), decoySince);
        move(plan.movedAccesses(), accessChanges, decoyAccessChanges, plan.decoySince(), decoySince);
        plan.movedOrders().forEach(move -> {
            if (move.to() < decoySince) {
                orderChanges.add(bucketOf(move.to()), 1);
            }
            if (move.isFromKnown() && move.from() < plan.decoySince()) {
                orderChanges.add(bucketOf(move.from()), -1);
            }
        });
        // Split the buyer into two: an anonymous one with the erased orders, and one with the remaining orders.
        addBuyer(plan.hoursBefore(), plan.decoySince(), -1);
        addBuyer(plan.hoursErased(), plan.decoySince(), 1);
        addBuyer(plan.hoursRemaining(), decoySince, 1);
    }

    private void move(
            SortedMap<Integer, List<BuyerErasure.Move>> moves,
            CountChanges ofReal,
            CountChanges ofDecoys,
            long decoySinceBefore,
            long decoySince) {
        moves.forEach((custodian, moved) -> moved.forEach(move -> {
            (move.to() < decoySince ? ofReal : ofDecoys).add(touchKey(custodian, move.to()), 1);
            if (move.isFromKnown()) {
                (move.from() < decoySinceBefore ? ofReal : ofDecoys).add(touchKey(custodian, move.from()), -1);
            }
        }));
    }

    /** Returns new evidence from the remaining data, which replaces evidence with erased data. */
    private List<Correlation> evidenceOfLatestContacts(long buyer) {
        LongArrayList contacts = new LongArrayList();
        for (boolean more = entry.latestOf(buyer); more && contacts.size() < MAX_CONTACTS; more = entry.previous()) {
            if (!entry.isOrderEvent()) {
                contacts.add(entry.position());
            }
        }
        List<Correlation> evidence = new ArrayList<>();
        for (int i = 0; i < contacts.size(); i++) {
            evidence.add(evidence(buyer, contacts.getLong(i)));
        }
        return evidence;
    }

    /** Counts a rejected record, in the epoch of the latest event time, since it has no time of its own. */
    public void countBad() {
        unsaved = true;
        counters(streamTime.latest()).add(EpochCounters.Kind.BAD);
    }

    /**
     * Returns the correlations at the end of the task's input: all pending exposures, and progress that informs other
     * tasks not to wait. Empty if already reported.
     */
    public List<Correlation> atEnd() {
        if (atEndReported) {
            return List.of();
        }
        atEndReported = true;
        unsaved = true;
        List<Correlation> correlations = new ArrayList<>();
        takeExposures(correlations);
        correlations.add(progress(counters.takeAll()));
        return correlations;
    }

    /** Writes changes to the store; to be called before each commit. */
    public void save() {
        if (!unsaved) {
            return;
        }
        unsaved = false;
        // First, as saving the log removes the blocks from which the past comes.
        past.save();
        log.save();
        decoys.save();
        store.putCheckpoint(new CorrelatorCheckpoint(
                streamTime.boundary(), streamTime.latest(), atEndReported, exposuresSentTo, counters.counts()));
    }

    /** Returns the size of the buyer log in bytes, with the long memory. */
    public long logBytes() {
        return log.bytes() + past.bytes();
    }

    /** Returns the size of the long memory in bytes. */
    long pastBytes() {
        return past.bytes();
    }

    private boolean isExpired(long time) {
        return time < expiredBefore();
    }

    private void reportResumed(List<Correlation> correlations) {
        if (atEndReported) {
            atEndReported = false;
            correlations.add(progress(new TreeMap<>()));
        }
    }

    /** Returns the time before which records have expired. */
    private long expiredBefore() {
        return streamTime.latest() == Long.MIN_VALUE ? Long.MIN_VALUE : streamTime.latest() - settings.retention();
    }

    /** Returns the event time that the partition has reached. */
    public StreamTime streamTime() {
        return streamTime;
    }

    /**
     * Records that the partition has reached this event time, in epoch milliseconds, by a record of a buyer of another
     * correlator or one that failed; returns the resulting correlations.
     */
    public List<Correlation> advanceTo(long time) {
        if (time <= streamTime.latest()) {
            return List.of();
        }
        unsaved = true;
        List<Correlation> correlations = new ArrayList<>(0);
        reportResumed(correlations);
        advanceTo(time, correlations);
        return correlations;
    }

    private void advanceTo(long time, List<Correlation> correlations) {
        if (streamTime.advance(time)) {
            takeExposures(correlations);
            correlations.add(progress(counters.takeBefore(bucketOf(streamTime.boundary()))));
            log.removeBefore(expiredBefore(), past::add);
            past.removeBefore(expiredBefore());
        }
    }

    private Progress progress(SortedMap<Long, InputCounts> counts) {
        return new Progress(partition, streamTime.boundary(), streamTime.latest(), atEndReported, counts);
    }

    /** Returns the counters for a record of this time: those of its epoch or, if that is complete, of the open one. */
    private EpochCounters.Counters counters(long time) {
        return counters.of(bucketOf(Math.max(time, streamTime.boundary())));
    }

    private void takeExposures(List<Correlation> correlations) {
        exposuresSentTo = log.end();
        SortedMap<Custodian, SortedMap<Long, Integer>> touches = byCustodian(touchChanges);
        SortedMap<Custodian, SortedMap<Long, Integer>> accesses = byCustodian(accessChanges);
        SortedMap<Long, Integer> orders = orderChanges.take();
        List<SortedMap<Long, Integer>> risk = atRisk.takeChanges();
        DecoyExposures ofDecoys = new DecoyExposures(
                byCustodian(decoyTouchChanges), byCustodian(decoyAccessChanges), sum(decoysAtRisk.takeChanges()));
        Exposures exposures = new Exposures(touches, orders, risk, accesses, ofDecoys);
        if (!exposures.isEmpty()) {
            correlations.addAll(exposures.split());
        }
    }

    /** Returns and clears changes, by custodian and bucket. */
    private SortedMap<Custodian, SortedMap<Long, Integer>> byCustodian(CountChanges changes) {
        SortedMap<Custodian, SortedMap<Long, Integer>> taken = new TreeMap<>();
        changes.take().forEach((key, change) -> taken.computeIfAbsent(
                        custodians.get((int) (key >>> 32)), absent -> new TreeMap<>())
                .put(key & 0xFFFF_FFFFL, change));
        return taken;
    }

    /** Returns the changes of the number of buyers in any stratum. */
    private static SortedMap<Long, Integer> sum(List<SortedMap<Long, Integer>> strata) {
        SortedMap<Long, Integer> sum = new TreeMap<>();
        strata.forEach(changes -> changes.forEach((hour, change) -> sum.merge(hour, change, Integer::sum)));
        sum.values().removeIf(change -> change == 0);
        return sum;
    }

    /**
     * Counts the changes by an event, relative to {@link #history}. A touch and an access are each counted once, at the
     * first event.
     */
    private void count(long buyer, int orderHash, long time, int[] custodianNumbers, boolean isAccess) {
        long decoySince = decoys.since(buyer);
        for (int number : custodianNumbers) {
            countFirst(touchChanges, decoyTouchChanges, number, time, history.touchedAt(number), decoySince);
            if (isAccess) {
                countFirst(accessChanges, decoyAccessChanges, number, time, history.accessedAt(number), decoySince);
            }
        }
        long ordered = history.orderedAt(orderHash);
        if (time < ordered) {
            long[] others = history.hoursOfOtherOrders(orderHash);
            if (ordered != BuyerHistory.NEVER) {
                countOrder(others, ordered, decoySince, -1);
            }
            countOrder(others, time, decoySince, 1);
        }
    }

    /**
     * Counts an order of a buyer with other orders.
     *
     * @param change 1 to add it, −1 to remove it
     */
    private void countOrder(long[] others, long time, long decoySince, int change) {
        boolean asDecoy = time >= decoySince;
        if (!asDecoy) {
            orderChanges.add(bucketOf(time), change);
        }
        BuyersAtRisk buyers = asDecoy ? decoysAtRisk : atRisk;
        long[] alike = Decoys.hours(others, decoySince, asDecoy);
        if (change > 0) {
            buyers.add(alike, EventTime.hourOf(time));
        } else {
            buyers.remove(alike, EventTime.hourOf(time));
        }
    }

    /** @param before time of the event at which it has been counted, or {@link BuyerHistory#NEVER} */
    private void countFirst(
            CountChanges ofReal, CountChanges ofDecoys, int number, long time, long before, long decoySince) {
        if (time < before) {
            (time < decoySince ? ofReal : ofDecoys).add(touchKey(number, time), 1);
            if (before != BuyerHistory.NEVER) {
                (before < decoySince ? ofReal : ofDecoys).add(touchKey(number, before), -1);
            }
        }
    }

    private long bucketOf(long time) {
        if (time < bucketFrom || time - bucketFrom >= settings.epoch()) {
            bucket = Math.floorDiv(time, settings.epoch());
            bucketFrom = bucket * settings.epoch();
        }
        return bucket;
    }

    private long touchKey(int number, long time) {
        return (long) number << 32 | bucketOf(time);
    }

    private boolean isDuplicateContact(String contactId) {
        for (int i = 0; i < history.contacts().size(); i++) {
            entry.read(history.contacts().getLong(i));
            if (entry.contactId().equals(contactId)) {
                return true;
            }
        }
        return false;
    }

    /** Returns whether an order of the buyer is known that precedes the contact by more than a window. */
    private boolean hasOrderBeforeWindow(long buyer, long contactedAt, long reportedAt) {
        int scanned = 0;
        for (boolean more = entry.latestOf(buyer);
                more && scanned < BuyerHistory.MAX_SCANNED;
                more = entry.previous()) {
            scanned++;
            if (entry.time() < reportedAt - settings.knownBack() && entry.inOrder()) {
                return false;
            }
            if (entry.isOrderEvent()
                    && entry.hasCustodians()
                    && isBeforeWindow(entry.time(), contactedAt, reportedAt)) {
                return true;
            }
        }
        return false;
    }

    /** Returns whether an order event precedes a contact by more than a window, but is not too old to be known. */
    private boolean isBeforeWindow(long time, long contactedAt, long reportedAt) {
        return time < contactedAt - settings.window() && time >= reportedAt - settings.knownBack();
    }

    /** Returns the evidence for a contact in the log, from all current entries. */
    private ContactEvidence evidence(long buyer, long position) {
        entry.read(position);
        String contactId = entry.contactId();
        String buyerId = entry.buyerId();
        long contactedAt = entry.time();
        long reportedAt = entry.reportedAt();
        int disclosed = entry.disclosed();
        String quotedOrderId = entry.quotedOrderId();
        ReportSource source = entry.source();
        int disclosedMark = entry.disclosedMark();
        Dialled dialled = entry.dialled();
        String dialledOrderId = entry.dialledOrderId();
        ContactTraces traces = entry.traces();
        boolean orderedBeforeWindow = entry.orderedBeforeWindow();

        ContactTouches found = new ContactTouches(contactedAt);
        int scanned = 0;
        for (boolean more = entry.latestOf(buyer);
                more && scanned < BuyerHistory.MAX_SCANNED;
                more = entry.previous()) {
            scanned++;
            boolean old = entry.time() < contactedAt - settings.lookBack();
            if (old && entry.inOrder()) {
                break;
            }
            if (!old && entry.isOrderEvent()) {
                found.add(entry);
            }
        }

        List<ContactTouch> touches = found.within(settings.window(), custodians);
        keepNearest(touches, contactedAt);
        touches.sort(BY_TIME);

        long[] orders = found.orderHours();
        long hour = EventTime.hourOf(contactedAt);
        int[] hours = atRisk.hoursAtRisk(orders, EventTime.hourOf(contactedAt - settings.window()), hour);
        return new ContactEvidence(
                contactId,
                buyerId,
                contactedAt,
                reportedAt,
                disclosed,
                quotedOrderId,
                source,
                orderedBeforeWindow,
                atRisk.recentOrders(orders, hour),
                Arrays.stream(hours).boxed().toList(),
                TouchColumns.of(touches),
                past.before(buyer, contactedAt),
                disclosedMark,
                dialled,
                dialledOrderId,
                traces,
                contactedAt >= decoys.since(buyer));
    }

    /** Removes touches beyond the maximum number and size; keeps those nearest in time. */
    private static void keepNearest(List<ContactTouch> touches, long contactedAt) {
        long longest = 0;
        for (ContactTouch touch : touches) {
            longest += EntryBytes.MAX_UTF8_BYTES
                    * (touch.custodian().id().length() + touch.orderId().length());
        }
        if (touches.size() <= MAX_TOUCHES && longest <= MAX_TOUCH_BYTES) {
            return;
        }
        touches.sort(Comparator.comparingLong((ContactTouch touch) -> Math.abs(contactedAt - touch.touchedAt()))
                .thenComparing(BY_TIME));
        int kept = 0;
        long bytes = 0;
        while (kept < Math.min(touches.size(), MAX_TOUCHES)) {
            ContactTouch touch = touches.get(kept);
            bytes += EntryBytes.utf8Bytes(touch.custodian().id()) + EntryBytes.utf8Bytes(touch.orderId());
            if (bytes > MAX_TOUCH_BYTES) {
                break;
            }
            kept++;
        }
        touches.subList(kept, touches.size()).clear();
    }

    private int[] numbersOf(List<Custodian> eventCustodians) {
        int[] found = new int[eventCustodians.size()];
        int count = 0;
        for (Custodian custodian : eventCustodians) {
            int number = numberOf(custodian);
            boolean duplicate = false;
            for (int i = 0; i < count; i++) {
                duplicate |= found[i] == number;
            }
            if (!duplicate) {
                found[count++] = number;
            }
        }
        return Arrays.copyOf(found, count);
    }

    private int numberOf(Custodian custodian) {
        int number = numberByCustodian.getInt(custodian);
        if (number < 0) {
            number = custodians.size();
            custodians.add(custodian);
            numberByCustodian.put(custodian, number);
            store.putCustodian(number, custodian);
        }
        return number;
    }

    private void append(
            OrderEvent event,
            long time,
            long buyer,
            int eventHash,
            int orderHash,
            byte[] orderId,
            int[] custodianNumbers) {
        EntryBytes.putInt(body, 0, eventHash);
        int kind = kind(BuyerLog.ORDER_EVENT, time);
        int at = Integer.BYTES;
        if (history.orderIdHeld()) {
            EntryBytes.putInt(body, at, orderHash);
            at += Integer.BYTES;
        } else {
            kind |= BuyerLog.HOLDS_ORDER_ID;
            at = EntryBytes.putOrderId(body, at, orderId);
        }
        boolean withDetails = event.type() == OrderEventType.ACCESSED
                || event.decoy()
                || !event.saw().isEmpty()
                || !event.marks().isEmpty();
        int count =
                withDetails ? BuyerLog.MANY_CUSTODIANS : Math.min(custodianNumbers.length, BuyerLog.MANY_CUSTODIANS);
        kind |= count << BuyerLog.CUSTODIANS_SHIFT;
        if (withDetails) {
            at = EntryBytes.putVarint(body, at, BuyerLog.WITH_DETAILS);
        }
        if (count == BuyerLog.MANY_CUSTODIANS) {
            at = EntryBytes.putVarint(
                    body, at, event.decoy() ? custodianNumbers.length | BuyerLog.OF_DECOY : custodianNumbers.length);
        }
        for (int number : custodianNumbers) {
            at = EntryBytes.putVarint(body, at, number);
            if (withDetails) {
                at = putDetails(at, event, custodians.get(number));
            }
        }
        log.append((byte) kind, time, buyer, body, at);
    }

    private int putDetails(int at, OrderEvent event, Custodian custodian) {
        String mark = event.marks().get(custodian);
        int details = event.sawBits(custodian) + 1 << 1
                | (mark == null ? 0 : 1)
                | (event.type() == OrderEventType.ACCESSED ? BuyerLog.ACCESSED : 0);
        int to = EntryBytes.putVarint(body, at, details);
        return mark == null ? to : putMark(to, mark);
    }

    private int putMark(int at, String mark) {
        byte[] bytes = mark.getBytes(StandardCharsets.UTF_8);
        int hash = EntryBytes.hash(bytes, 0, bytes.length);
        // 0 stands for no mark.
        EntryBytes.putInt(body, at, hash == 0 ? 1 : hash);
        return at + Integer.BYTES;
    }

    private void append(
            ScamContact contact, long contactedAt, long reportedAt, long buyer, boolean orderedBeforeWindow) {
        int at = putString(0, contact.contactId());
        at = putString(at, contact.buyerId());
        at = EntryBytes.putVarint(body, at, reportedAt - contactedAt);
        boolean withMark = contact.details().disclosedMark() != null;
        ContactTraces traces = ContactTraces.of(contact);
        int disclosed = Fields.bits(contact.disclosed())
                | (withMark ? BuyerLog.WITH_MARK : 0)
                | dialledBit(contact)
                | (traces.any() ? BuyerLog.WITH_TRACES : 0);
        at = EntryBytes.putVarint(body, at, disclosed);
        at = putString(at, contact.quotedOrderId() == null ? "" : contact.quotedOrderId());
        if (withMark) {
            at = putMark(at, contact.details().disclosedMark());
        }
        if (dialled(contact.details()) == Dialled.VIRTUAL) {
            String dialledOrderId = contact.details().dialledOrderId();
            at = putString(at, dialledOrderId == null ? "" : dialledOrderId);
        }
        if (traces.any()) {
            at = putTraces(at, traces);
        }
        int kind = kind(BuyerLog.CONTACT, contactedAt) | BuyerLog.sourceBits(contact.source());
        if (orderedBeforeWindow) {
            kind |= BuyerLog.ORDERED_BEFORE_WINDOW;
        }
        log.append((byte) kind, contactedAt, buyer, body, at);
    }

    /** Returns which number was dialled, or null: one that stood for an order was virtual. */
    private static Dialled dialled(ContactDetails details) {
        return details.dialledOrderId() == null ? details.dialled() : Dialled.VIRTUAL;
    }

    private static int dialledBit(ScamContact contact) {
        Dialled dialled = dialled(contact.details());
        if (dialled == null) {
            return 0;
        }
        return dialled == Dialled.REAL ? BuyerLog.DIALLED_REAL : BuyerLog.DIALLED_VIRTUAL;
    }

    private int putTraces(int at, ContactTraces traces) {
        Loss loss = traces.loss();
        int to = putString(at, traces.caller() == null ? "" : traces.caller());
        to = putString(to, traces.payee() == null ? "" : traces.payee());
        to = putString(to, traces.link() == null ? "" : traces.link());
        return putString(to, loss == null ? "" : loss.amount() + " " + loss.currency());
    }

    private byte kind(byte kind, long time) {
        return (byte) (time >= history.latest() ? kind | BuyerLog.IN_ORDER : kind);
    }

    private int putString(int at, String string) {
        return putString(at, string.getBytes(StandardCharsets.UTF_8));
    }

    private int putString(int at, byte[] bytes) {
        int to = EntryBytes.putVarint(body, at, bytes.length);
        System.arraycopy(bytes, 0, body, to, bytes.length);
        return to + bytes.length;
    }

    /** Returns the first 64 bits of MurmurHash3 (128 bits, x64). */
    private static long hash(String text) {
        return MurmurHash3.hash128x64(text.getBytes(StandardCharsets.UTF_8))[0];
    }
}
