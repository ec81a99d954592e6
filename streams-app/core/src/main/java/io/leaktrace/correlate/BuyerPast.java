package io.leaktrace.correlate;

import io.leaktrace.domain.Correlation.PastCustodian;
import io.leaktrace.domain.Custodian;
import io.leaktrace.domain.EventTime;
import io.leaktrace.domain.PastColumns;
import it.unimi.dsi.fastutil.ints.Int2IntOpenHashMap;
import it.unimi.dsi.fastutil.longs.LongArrayList;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * The long memory: which custodians touched orders of a buyer, by week. An order event that expires from the buyer log
 * leaves an entry with its week and its custodians in a second log, until the memory ends too. Results do not depend on
 * when it expired: both logs are read together, in the order of arrival.
 *
 * <p>An entry has no event and no order, so an erasure is by week: it also erases the week that contains its time.
 */
final class BuyerPast {

    /**
     * Maximum number of a buyer's order events with custodians that are read for a contact, the last to arrive first.
     */
    static final int MAX_EVENTS = 2_000;

    /** Maximum number of entries that are read for a contact, contacts and events without custodians included. */
    private static final int MAX_ENTRIES = 2 * MAX_EVENTS;

    /** Maximum number of past custodians of a contact; those with the latest touches before it are kept. */
    static final int MAX_CUSTODIANS = 1000;

    /** Maximum total size of ids in the past custodians of a contact in bytes, so that evidence fits in a record. */
    private static final int MAX_CUSTODIAN_BYTES = 128 * 1024;

    private static final PastColumns NONE = PastColumns.of(List.of());

    private final CorrelateSettings settings;
    private final BlockStore store;
    private final BuyerIndex index;
    /** No block of it stays on the heap once it is saved: only contacts need it. */
    private final BuyerLog log;

    private final List<Custodian> custodians;

    private final LogEntry entry;
    private final LogEntry recent;
    private final byte[] body = new byte[BuyerLog.BLOCK_BYTES];

    /**
     * @param store of the second log
     * @param index of both logs
     * @param recent the buyer log, whose order events come here when they expire
     * @param custodians by their number
     */
    BuyerPast(
            CorrelateSettings settings,
            BlockStore store,
            BuyerIndex index,
            BuyerLog recent,
            List<Custodian> custodians) {
        this.settings = settings;
        this.store = store;
        this.index = index;
        this.custodians = custodians;
        this.recent = new LogEntry(recent);
        log = BuyerLog.past(store, index.past());
        entry = new LogEntry(log);
    }

    /** Restores the log from the store, or removes it there if the memory is off. */
    void restore() {
        if (settings.hasMemory()) {
            log.restore(restored -> {});
        } else {
            LongArrayList numbers = new LongArrayList();
            store.blocks((block, number) -> numbers.add(number));
            numbers.forEach(store::delete);
        }
    }

    void save() {
        log.save();
    }

    long bytes() {
        return log.bytes();
    }

    /** Adds an entry of the buyer log that expires. */
    void add(LogEntry expired) {
        if (settings.hasMemory() && expired.isOrderEvent() && expired.hasCustodians()) {
            int length = expired.copyCustodians(body);
            log.append(expired.pastKind(), EventTime.weekOf(expired.time()), expired.buyer(), body, length);
        }
    }

    /** Removes the oldest blocks, some weeks at a time, if no contact from the given time on can need their weeks. */
    void removeBefore(long contactedAt) {
        long begin = log.begin();
        log.removeBefore(settings.firstWeekOfMemory(contactedAt), expired -> {});
        if (log.begin() > begin) {
            index.removePastBefore(log.begin());
        }
    }

    /** Erases the weeks of a buyer that begin before a time. */
    void erase(long buyer, long before) {
        LongArrayList remaining = new LongArrayList();
        boolean erasesAnything = false;
        for (boolean more = entry.latestOf(buyer); more; more = entry.previous()) {
            if (entry.time() * EventTime.WEEK >= before) {
                remaining.add(entry.position());
            } else {
                erasesAnything = true;
            }
        }
        if (!erasesAnything) {
            return;
        }
        byte[] kinds = new byte[remaining.size()];
        long[] weeks = new long[kinds.length];
        byte[][] bodies = new byte[kinds.length][];
        for (int i = 0; i < kinds.length; i++) {
            entry.read(remaining.getLong(i));
            kinds[i] = entry.pastKind();
            weeks[i] = entry.time();
            bodies[i] = entry.body();
        }
        log.erase(buyer);
        for (int i = kinds.length - 1; i >= 0; i--) {
            log.append(kinds[i], weeks[i], buyer, bodies[i], bodies[i].length);
        }
    }

    /**
     * Returns the custodians that touched orders of a buyer before a contact, ordered by custodian; none if the memory is
     * off.
     */
    PastColumns before(long buyer, long contactedAt) {
        return settings.hasMemory() ? touchedBefore(buyer, contactedAt).columns(custodians) : NONE;
    }

    /** What custodians, by their numbers, knew of a buyer's orders before a contact. */
    private static final class Touched {
        final long contactedAt;
        final Int2IntOpenHashMap weeks = new Int2IntOpenHashMap();
        final Int2IntOpenHashMap saw = new Int2IntOpenHashMap();
        final Int2IntOpenHashMap accessed = new Int2IntOpenHashMap();

        Touched(long contactedAt) {
            this.contactedAt = contactedAt;
        }

        void add(LogEntry event, long week) {
            int bit = 1 << (int) (EventTime.weekOf(contactedAt) - week);
            int[] numbers = event.custodianNumbers();
            for (int i = 0; i < numbers.length; i++) {
                weeks.put(numbers[i], weeks.get(numbers[i]) | bit);
                saw.put(numbers[i], saw.get(numbers[i]) | event.saw(i));
                if (event.isAccess()) {
                    accessed.put(numbers[i], accessed.get(numbers[i]) | bit);
                }
            }
        }

        PastColumns columns(List<Custodian> custodians) {
            List<PastCustodian> found = new ArrayList<>();
            weeks.int2IntEntrySet()
                    .forEach(entry -> found.add(new PastCustodian(
                            custodians.get(entry.getIntKey()),
                            entry.getIntValue(),
                            saw.get(entry.getIntKey()),
                            accessed.get(entry.getIntKey()))));
            keepNearest(found);
            found.sort(Comparator.comparing(PastCustodian::custodian));
            return PastColumns.of(found);
        }
    }

    private Touched touchedBefore(long buyer, long contactedAt) {
        Touched touched = new Touched(contactedAt);
        long firstWeek = settings.firstWeekOfMemory(contactedAt);
        int entries = 0;
        int events = 0;
        for (boolean more = recent.latestOf(buyer); more; more = recent.previous()) {
            long week = EventTime.weekOf(recent.time());
            if (++entries > MAX_ENTRIES || recent.inOrder() && week < firstWeek) {
                return touched;
            }
            if (!recent.isOrderEvent() || !recent.hasCustodians()) {
                continue;
            }
            if (++events > MAX_EVENTS) {
                return touched;
            }
            if (recent.time() < contactedAt && week >= firstWeek) {
                touched.add(recent, week);
            }
        }
        for (boolean more = entry.latestOf(buyer); more; more = entry.previous()) {
            if (++events > MAX_EVENTS || entry.inOrder() && entry.time() < firstWeek) {
                return touched;
            }
            if (entry.time() >= firstWeek && entry.time() <= EventTime.weekOf(contactedAt)) {
                touched.add(entry, entry.time());
            }
        }
        return touched;
    }

    /** Removes past custodians beyond the maximum number and size; keeps those with the latest touches. */
    private static void keepNearest(List<PastCustodian> found) {
        long longest = 0;
        for (PastCustodian custodian : found) {
            longest += EntryBytes.MAX_UTF8_BYTES * custodian.custodian().id().length();
        }
        if (found.size() <= MAX_CUSTODIANS && longest <= MAX_CUSTODIAN_BYTES) {
            return;
        }
        found.sort(
                Comparator.comparingInt((PastCustodian custodian) -> Integer.numberOfTrailingZeros(custodian.weeks()))
                        .thenComparing(PastCustodian::custodian));
        int kept = 0;
        long bytes = 0;
        while (kept < Math.min(found.size(), MAX_CUSTODIANS)) {
            bytes += EntryBytes.utf8Bytes(found.get(kept).custodian().id());
            if (bytes > MAX_CUSTODIAN_BYTES) {
                break;
            }
            kept++;
        }
        found.subList(kept, found.size()).clear();
    }
}
