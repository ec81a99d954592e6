package io.leaktrace.correlate;

import com.dynatrace.hash4j.hashing.Hasher64;
import com.dynatrace.hash4j.hashing.Hashing;
import io.leaktrace.domain.Correlation;
import io.leaktrace.domain.Correlation.BuyerErased;
import io.leaktrace.domain.Correlation.ContactEvidence;
import io.leaktrace.domain.Correlation.ContactTouch;
import io.leaktrace.domain.Correlation.Exposures;
import io.leaktrace.domain.Correlation.Progress;
import io.leaktrace.domain.Custodian;
import io.leaktrace.domain.Erasure;
import io.leaktrace.domain.EventTime;
import io.leaktrace.domain.Fields;
import io.leaktrace.domain.InputCounts;
import io.leaktrace.domain.OrderEvent;
import io.leaktrace.domain.ScamContact;
import it.unimi.dsi.fastutil.ints.Int2LongOpenHashMap;
import it.unimi.dsi.fastutil.ints.Int2ObjectOpenHashMap;
import it.unimi.dsi.fastutil.longs.Long2LongMap;
import it.unimi.dsi.fastutil.longs.Long2LongOpenHashMap;
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
 * Joins the order events and contacts of one partition by buyer. It remembers both for the retention, says which
 * touches could explain a contact, counts exposures, and declares its progress at each boundary of epochs.
 *
 * <p>What it says in the end does not depend on the order in which records arrive, as long as they arrive within the
 * retention: evidence is sent again when a touch arrives later that belongs to it, and exposures are changes that add
 * up.
 *
 * <p>Not safe for use by several threads: it belongs to one task.
 */
public final class Correlator {

    /** An order's id is written out again when the entry that holds it is older than this, so that it is not forgotten first. */
    private static final long ORDER_ID_REUSE = EventTime.DAY;

    /**
     * Number of touches that a contact has at most, those nearest to it in time. A buyer with more of them within a window
     * is no shopper, and what is further away would explain little.
     */
    static final int MOST_TOUCHES = 1000;

    /**
     * Number of a buyer's contacts within two windows for which evidence is made. One with more of them is no victim:
     * the calls of a few days are one incident anyway, and each has all the touches of the others.
     */
    static final int MOST_CONTACTS = 100;

    /** Bytes of ids in the touches of a contact at most, so that evidence fits a record however long ids are. */
    static final int MOST_TOUCH_BYTES = 512 * 1024;

    private final CorrelateSettings settings;
    private final int partition;
    private final CorrelatorStore store;

    private static final int HASH_KEY_BYTES = 2 * Long.BYTES;

    /** Sets the hash of buyers apart from other uses of the same key; there are none. */
    private static final long HASH_TWEAK = 0;

    private static final Comparator<ContactTouch> BY_TIME = Comparator.comparingLong(ContactTouch::touchedAt)
            .thenComparing(ContactTouch::custodian)
            .thenComparing(ContactTouch::orderId);

    private final BuyerLog log = new BuyerLog();
    private final Entry entry = new Entry(log);
    private final BuyerPast past = new BuyerPast(log);
    private final byte[] body = new byte[BuyerLog.BLOCK_BYTES];

    private final List<Custodian> custodians = new ArrayList<>();
    private final Object2IntOpenHashMap<Custodian> numbers = new Object2IntOpenHashMap<>();

    /** Changes of the count of touches; the key packs the custodian's number and the bucket. */
    private final Changes touchChanges = new Changes();

    private final Changes orderChanges = new Changes();
    private final BuyersAtRisk atRisk;
    private final Hasher64 buyerHasher;
    private final Tallies tallies = new Tallies();

    private long reached = Long.MIN_VALUE;
    /** The boundary of epochs after that. */
    private long nextBoundary = Long.MIN_VALUE;

    private long latest = Long.MIN_VALUE;
    private boolean saidAtEnd;
    private boolean unsaved;
    private long exposuresSentTo;

    /** The bucket that was asked for last, and its first millisecond: a division costs more than most of the rest. */
    private long bucket;

    private long bucketFrom = Long.MAX_VALUE;

    /** Takes up what the store holds from before. */
    public Correlator(CorrelateSettings settings, int partition, CorrelatorStore store) {
        this.settings = settings;
        this.partition = partition;
        this.store = store;
        this.atRisk = new BuyersAtRisk(settings.window());
        this.buyerHasher = buyerHasher(store);
        numbers.defaultReturnValue(-1);
        restore();
    }

    /**
     * Buyers are known by 64 bits of a hash with a secret key, made when the log begins and kept beside it. Without the
     * key, an attacker could look for an id that collides with a victim's, and have the victim's history mixed with its own
     * or erased. The key is in no result: which key it is makes no difference.
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
            numbers.put(custodian, custodians.size());
            custodians.add(custodian);
        });
        store.blocks((block, number) -> log.load(number, block));
        exposuresSentTo = log.end();
        store.checkpoint().ifPresent(saved -> {
            reached = saved.reached();
            nextBoundary = reached == Long.MIN_VALUE
                    ? Long.MIN_VALUE
                    : (Math.floorDiv(reached, settings.epoch()) + 1) * settings.epoch();
            latest = saved.latest();
            saidAtEnd = saved.saidAtEnd();
            exposuresSentTo = saved.exposuresSentTo();
            tallies.restore(saved.counts());
        });
        log.rebuild(restored -> {
            if (restored.isOrderEvent() && restored.position() >= exposuresSentTo) {
                past.walk(
                        restored.buyer(),
                        restored.orderHash(),
                        restored.eventHash(),
                        restored.time() - settings.past(),
                        restored.time());
                count(restored.orderHash(), restored.time(), restored.custodianNumbers());
            }
        });
    }

    /** Returns the hash by which a buyer is known here, from its id in UTF-8, which is the key of its records. */
    public long buyerHash(byte[] id) {
        return buyerHasher.hashBytesToLong(id);
    }

    private long buyerHash(String id) {
        return buyerHash(id.getBytes(StandardCharsets.UTF_8));
    }

    /**
     * Fetches what is known of a buyer of whom there will be a record soon. Nothing changes by it but the time that takes:
     * nearly all of it is spent waiting for memory, which finds several buyers in the time of one if it is asked for them
     * one right after the other.
     */
    public void expect(long buyer) {
        log.index().fetch(buyer);
    }

    /** Everything there is to say after an order event. */
    public List<Correlation> accept(OrderEvent event) {
        unsaved = true;
        List<Correlation> said = new ArrayList<>(0);
        goOn(said);
        long time = event.occurredAt().toEpochMilli();
        if (tooOld(time)) {
            tally(time).expired++;
            return said;
        }
        long buyer = buyerHash(event.buyerId());
        int eventHash = (int) hash(event.eventId());
        byte[] orderId = event.orderId().getBytes(StandardCharsets.UTF_8);
        int orderHash = EntryBytes.hash(orderId, 0, orderId.length);
        // Then none of the past that matters can have been forgotten.
        if (time >= latest - settings.window()) {
            past.lookBack(buyer, orderHash, eventHash, time, time - settings.past(), time - ORDER_ID_REUSE);
        } else {
            past.walk(buyer, orderHash, eventHash, time - settings.past(), time - ORDER_ID_REUSE);
        }
        if (past.duplicate()) {
            tally(time).duplicate++;
            return said;
        }
        tally(time).orderEvents++;
        if (time < reached) {
            tally(time).late++;
        }
        int[] touching = numbersOf(event.custodians());
        count(orderHash, time, touching);
        append(time, buyer, eventHash, orderHash, orderId, touching);
        past.remember(buyer, orderHash, eventHash, time);
        // Of somebody with so many orders or contacts, each would have the same evidence made again.
        if (touching.length > 0 && !past.isCut() && past.contacts().size() <= MOST_CONTACTS) {
            for (int i = 0; i < past.contacts().size(); i++) {
                entry.read(past.contacts().getLong(i));
                if (Math.abs(entry.time() - time) <= settings.window()) {
                    ContactEvidence evidence = evidence(buyer, entry.position());
                    // What is before the contact changes how long the buyer has been at risk, touches or not.
                    if (time <= evidence.contactedAt() || evidence.hasTouchAt(time)) {
                        said.add(evidence);
                    }
                }
            }
        }
        advanceTo(time, said);
        return said;
    }

    /** Everything there is to say after a contact. */
    public List<Correlation> accept(ScamContact contact) {
        unsaved = true;
        List<Correlation> said = new ArrayList<>(1);
        goOn(said);
        long contactedAt = contact.contactedAt().toEpochMilli();
        long reportedAt = contact.reportedAt().toEpochMilli();
        long buyer = buyerHash(contact.buyerId());
        // By its own report, too: the first record of a partition has no other to be older than.
        if (tooOld(contactedAt) || contactedAt < reportedAt - settings.retention()) {
            tally(reportedAt).expired++;
            advanceTo(reportedAt, said);
            return said;
        }
        past.walk(buyer, 0, 0, contactedAt - settings.past(), contactedAt);
        if (seenBefore(contact.contactId())) {
            tally(reportedAt).duplicate++;
            advanceTo(reportedAt, said);
            return said;
        }
        tally(reportedAt).scamContacts++;
        if (reportedAt < reached) {
            tally(reportedAt).late++;
        }
        append(contact, contactedAt, reportedAt, buyer);
        if (past.contacts().size() < MOST_CONTACTS) {
            said.add(evidence(buyer, log.latestOf(buyer)));
        }
        advanceTo(reportedAt, said);
        return said;
    }

    /**
     * Forgets what is known of a buyer from before a time: events that occurred and contacts that were reported before it.
     * What is left counts, from then on, as if the rest had never been; what comes later, too. Exposures stay, since they
     * name nobody.
     *
     * @return everything there is to say after it
     */
    public List<Correlation> accept(Erasure erasure) {
        unsaved = true;
        List<Correlation> said = new ArrayList<>(2);
        goOn(said);
        long buyer = buyerHash(erasure.buyerId());
        BuyerErasure.Plan plan = BuyerErasure.plan(
                log,
                buyer,
                erasure.at().toEpochMilli(),
                settings.past(),
                latest == Long.MIN_VALUE ? latest : latest - settings.retention(),
                ORDER_ID_REUSE);
        if (plan.forgetsAnything()) {
            moveExposures(plan);
            log.erase(buyer);
            plan.kept().forEach(kept -> log.append(kept.kind(), kept.time(), buyer, kept.body(), kept.body().length));
        }
        // After a restart, exposures that have not been sent are counted from entries: none may stand there that has
        // been
        // counted already.
        takeExposures(said);
        if (plan.forgetsAnything()) {
            said.addAll(evidenceOfLatestContacts(buyer));
        }
        said.add(new BuyerErased(erasure.buyerId(), erasure.at().toEpochMilli()));
        return said;
    }

    /** What an order that goes on was counted by before the erasure, is counted by what is left of it. */
    private void moveExposures(BuyerErasure.Plan plan) {
        plan.movedTouches()
                .forEach((custodian, moved) -> moved.forEach(move -> {
                    touchChanges.add(touchKey(custodian, move.to()), 1);
                    if (move.isFromKnown()) {
                        touchChanges.add(touchKey(custodian, move.from()), -1);
                    }
                }));
        plan.movedOrders().forEach(move -> {
            orderChanges.add(bucketOf(move.to()), 1);
            if (move.isFromKnown()) {
                orderChanges.add(bucketOf(move.from()), -1);
            }
        });
        // From one buyer come two: one whom nobody can name, with the orders that are over, and the one who is left.
        atRisk.addBuyer(plan.hoursBefore(), -1);
        atRisk.addBuyer(plan.hoursForgotten(), 1);
        atRisk.addBuyer(plan.hoursKept(), 1);
    }

    /** Made anew from what is left, since what was sent before names what has been forgotten. */
    private List<Correlation> evidenceOfLatestContacts(long buyer) {
        LongArrayList contacts = new LongArrayList();
        for (boolean more = entry.latestOf(buyer); more && contacts.size() < MOST_CONTACTS; more = entry.previous()) {
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

    /** Counts a record that was refused; it has no time of its own. */
    public void countBad() {
        unsaved = true;
        tally(latest).bad++;
    }

    /**
     * What there is to say when the task has read its partitions to the end: all exposures so far, and that nobody need
     * wait for it. Nothing, if that has been said already.
     */
    public List<Correlation> atEnd() {
        if (saidAtEnd) {
            return List.of();
        }
        saidAtEnd = true;
        unsaved = true;
        List<Correlation> said = new ArrayList<>();
        takeExposures(said);
        said.add(progress(tallies.takeAll()));
        return said;
    }

    /** Writes what changed to the store; to be called before each commit. */
    public void save() {
        if (!unsaved) {
            return;
        }
        unsaved = false;
        log.save(store);
        store.putCheckpoint(new CorrelatorCheckpoint(reached, latest, saidAtEnd, exposuresSentTo, tallies.counts()));
    }

    /** Bytes of all that is remembered of buyers. */
    public long rememberedBytes() {
        return log.bytes();
    }

    private boolean tooOld(long time) {
        return latest != Long.MIN_VALUE && time < latest - settings.retention();
    }

    private void goOn(List<Correlation> said) {
        if (saidAtEnd) {
            saidAtEnd = false;
            said.add(progress(new TreeMap<>()));
        }
    }

    private void advanceTo(long time, List<Correlation> said) {
        latest = Math.max(latest, time);
        if (latest - settings.lateness() >= nextBoundary) {
            reached = Math.floorDiv(latest - settings.lateness(), settings.epoch()) * settings.epoch();
            nextBoundary = reached + settings.epoch();
            takeExposures(said);
            said.add(progress(tallies.takeBefore(bucketOf(reached))));
            log.forgetBefore(latest - settings.retention(), store);
        }
    }

    private Progress progress(SortedMap<Long, InputCounts> counts) {
        return new Progress(partition, reached, latest, saidAtEnd, counts);
    }

    /** The counts for a record of this time: those of its epoch or, once that is declared complete, of the open one. */
    private Tallies.Tally tally(long time) {
        return tallies.of(bucketOf(Math.max(time, reached)));
    }

    private void takeExposures(List<Correlation> said) {
        exposuresSentTo = log.end();
        SortedMap<Custodian, SortedMap<Long, Integer>> touches = new TreeMap<>();
        touchChanges.take().forEach((key, change) -> touches.computeIfAbsent(
                        custodians.get((int) (key >>> 32)), absent -> new TreeMap<>())
                .put(key & 0xFFFF_FFFFL, change));
        SortedMap<Long, Integer> orders = orderChanges.take();
        List<SortedMap<Long, Integer>> risk = atRisk.takeChanges();
        if (!touches.isEmpty() || !orders.isEmpty() || risk.stream().anyMatch(changes -> !changes.isEmpty())) {
            said.addAll(new Exposures(touches, orders, risk).split());
        }
    }

    /** Counts what an event adds to what {@link #past} holds. A custodian touches an order once, when it first does. */
    private void count(int orderHash, long time, int[] touching) {
        for (int number : touching) {
            long before = past.touchedAt(number);
            if (time < before) {
                touchChanges.add(touchKey(number, time), 1);
                if (before != BuyerPast.NEVER) {
                    touchChanges.add(touchKey(number, before), -1);
                }
            }
        }
        long ordered = past.orderedAt(orderHash);
        if (time < ordered) {
            long[] others = past.hoursOfOrdersBut(orderHash);
            orderChanges.add(bucketOf(time), 1);
            if (ordered != BuyerPast.NEVER) {
                orderChanges.add(bucketOf(ordered), -1);
                atRisk.remove(others, EventTime.hourOf(ordered));
            }
            atRisk.add(others, EventTime.hourOf(time));
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

    private boolean seenBefore(String contactId) {
        for (int i = 0; i < past.contacts().size(); i++) {
            entry.read(past.contacts().getLong(i));
            if (entry.contactId().equals(contactId)) {
                return true;
            }
        }
        return false;
    }

    /** The evidence for a contact in the log, from all that is known now. */
    private ContactEvidence evidence(long buyer, long position) {
        entry.read(position);
        String contactId = entry.contactId();
        String buyerId = entry.buyerId();
        long contactedAt = entry.time();
        long reportedAt = entry.reportedAt();
        int disclosed = entry.disclosed();
        String quotedOrderId = entry.quotedOrderId();

        // When a custodian (its number, low) first touched an order (its hash, high).
        Long2LongOpenHashMap touchedAt = new Long2LongOpenHashMap();
        Int2LongOpenHashMap orderedAt = new Int2LongOpenHashMap();
        Int2ObjectOpenHashMap<String> orderIds = new Int2ObjectOpenHashMap<>();
        int walked = 0;
        for (boolean more = entry.latestOf(buyer); more && walked < BuyerPast.LONGEST_WALK; more = entry.previous()) {
            walked++;
            boolean old = entry.time() < contactedAt - settings.past();
            if (old && entry.inOrder()) {
                break;
            }
            if (old || !entry.isOrderEvent()) {
                continue;
            }
            int order = entry.orderHash();
            long time = entry.time();
            orderedAt.mergeLong(order, time, Math::min);
            if (entry.holdsOrderId()) {
                orderIds.put(order, entry.orderId());
            }
            for (int number : entry.custodianNumbers()) {
                touchedAt.mergeLong((long) order << 32 | number, time, Math::min);
            }
        }

        List<ContactTouch> touches = new ArrayList<>();
        for (Long2LongMap.Entry touch : touchedAt.long2LongEntrySet()) {
            long time = touch.getLongValue();
            if (Math.abs(contactedAt - time) <= settings.window()) {
                int order = (int) (touch.getLongKey() >> 32);
                String orderId = orderIds.get(order);
                touches.add(new ContactTouch(
                        custodians.get((int) touch.getLongKey()),
                        orderId == null ? "#" + Integer.toHexString(order) : orderId,
                        time));
            }
        }
        keepNearest(touches, contactedAt);
        touches.sort(BY_TIME);

        long[] orders =
                orderedAt.values().longStream().map(EventTime::hourOf).sorted().toArray();
        long hour = EventTime.hourOf(contactedAt);
        int[] hours = atRisk.hoursAtRisk(orders, EventTime.hourOf(contactedAt - settings.window()), hour);
        return new ContactEvidence(
                contactId,
                buyerId,
                contactedAt,
                reportedAt,
                disclosed,
                quotedOrderId,
                atRisk.recentOrders(orders, hour),
                Arrays.stream(hours).boxed().toList(),
                touches);
    }

    /** Leaves as many touches as a contact may have, in number and size: those nearest to it in time. */
    private static void keepNearest(List<ContactTouch> touches, long contactedAt) {
        touches.sort(Comparator.comparingLong((ContactTouch touch) -> Math.abs(contactedAt - touch.touchedAt()))
                .thenComparing(BY_TIME));
        int kept = 0;
        long bytes = 0;
        while (kept < Math.min(touches.size(), MOST_TOUCHES)) {
            ContactTouch touch = touches.get(kept);
            bytes += utf8Bytes(touch.custodian().id()) + utf8Bytes(touch.orderId());
            if (bytes > MOST_TOUCH_BYTES) {
                break;
            }
            kept++;
        }
        touches.subList(kept, touches.size()).clear();
    }

    private static int utf8Bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8).length;
    }

    private int[] numbersOf(List<Custodian> named) {
        int[] found = new int[named.size()];
        int count = 0;
        for (Custodian custodian : named) {
            int number = numberOf(custodian);
            boolean again = false;
            for (int i = 0; i < count; i++) {
                again |= found[i] == number;
            }
            if (!again) {
                found[count++] = number;
            }
        }
        return Arrays.copyOf(found, count);
    }

    private int numberOf(Custodian custodian) {
        int number = numbers.getInt(custodian);
        if (number < 0) {
            number = custodians.size();
            custodians.add(custodian);
            numbers.put(custodian, number);
            store.putCustodian(number, custodian);
        }
        return number;
    }

    private void append(long time, long buyer, int eventHash, int orderHash, byte[] orderId, int[] touching) {
        EntryBytes.putInt(body, 0, eventHash);
        int kind = kind(BuyerLog.ORDER_EVENT, time);
        int at = Integer.BYTES;
        if (past.orderIdHeld()) {
            EntryBytes.putInt(body, at, orderHash);
            at += Integer.BYTES;
        } else {
            kind |= BuyerLog.HOLDS_ORDER_ID;
            at = putString(at, orderId);
        }
        int count = Math.min(touching.length, BuyerLog.MANY_CUSTODIANS);
        kind |= count << BuyerLog.CUSTODIANS_SHIFT;
        if (count == BuyerLog.MANY_CUSTODIANS) {
            at = EntryBytes.putVarint(body, at, touching.length);
        }
        for (int number : touching) {
            at = EntryBytes.putVarint(body, at, number);
        }
        log.append((byte) kind, time, buyer, body, at);
    }

    private void append(ScamContact contact, long contactedAt, long reportedAt, long buyer) {
        int at = putString(0, contact.contactId());
        at = putString(at, contact.buyerId());
        at = EntryBytes.putVarint(body, at, reportedAt - contactedAt);
        at = EntryBytes.putVarint(body, at, Fields.bits(contact.disclosed()));
        at = putString(at, contact.quotedOrderId() == null ? "" : contact.quotedOrderId());
        log.append(kind(BuyerLog.CONTACT, contactedAt), contactedAt, buyer, body, at);
    }

    private byte kind(byte kind, long time) {
        return (byte) (time >= past.latest() ? kind | BuyerLog.IN_ORDER : kind);
    }

    private int putString(int at, String string) {
        return putString(at, string.getBytes(StandardCharsets.UTF_8));
    }

    private int putString(int at, byte[] bytes) {
        int to = EntryBytes.putVarint(body, at, bytes.length);
        System.arraycopy(bytes, 0, body, to, bytes.length);
        return to + bytes.length;
    }

    /** 64 bits of MurmurHash3 (128 bits, x64). */
    private static long hash(String text) {
        return MurmurHash3.hash128x64(text.getBytes(StandardCharsets.UTF_8))[0];
    }
}
