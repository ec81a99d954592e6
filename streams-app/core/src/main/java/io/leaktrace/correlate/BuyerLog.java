package io.leaktrace.correlate;

import io.leaktrace.domain.ReportSource;
import it.unimi.dsi.fastutil.longs.Long2LongOpenHashMap;
import it.unimi.dsi.fastutil.longs.Long2ObjectLinkedOpenHashMap;
import it.unimi.dsi.fastutil.longs.LongArrayList;
import it.unimi.dsi.fastutil.objects.ObjectArrayList;
import java.io.IOError;
import java.io.IOException;
import java.util.Arrays;
import java.util.TreeSet;

/**
 * The log of the buyers of one partition: order events and contacts, appended to blocks of bytes. Each entry is linked
 * to the same buyer's previous entry, and entries expire by whole blocks.
 *
 * <p>Only the newest blocks are on the heap. Older ones are in the store, from which single entries are read; of these
 * the log has a few numbers on the heap, and the last entries that were read.
 *
 * <p>An entry's position is its block's number times {@link #BLOCK_BYTES} plus its offset; 0 is no position. Blocks
 * hold all data; the index of each buyer's latest entry is rebuilt from them. The format of an entry is
 *
 * <pre>
 * varint   distance back to the buyer's entry before, 0 for none
 * byte     kind: order event or contact; plus 2 if none of the buyer's entries before is of a later time; plus 4 if
 *          it has been erased: its hashes and strings are zero, and no entry links to it; plus 8 if it holds the
 *          order's id; of an order event, plus 16 times the number of custodians, or 15 if a varint holds their number;
 *          of a contact, plus 16 times the number of its source (from 1, 0 if unknown), and plus 128 if an order of the
 *          buyer is known that precedes it by more than a window
 * varint   time, zigzag, relative to the block's base (the first 8 bytes of the block)
 * 8 bytes  hash of the buyer
 * order event:                                    contact:
 *   4 bytes  hash of the event id                   string  contact id
 *   id       the order's or, if an earlier entry    string  buyer id
 *            of the order holds it, its hash        varint  delay of the report, ms
 *            in 4 bytes                             varint  disclosed fields, as bits
 *   varint   number of custodians, if over 14       string  the order quoted, empty if none was
 *   varint   each custodian's number
 * </pre>
 *
 * where a string is its length in bytes as a varint and its UTF-8 bytes, and {@link EntryBytes#putOrderId} describes an
 * id. If an order event says what a custodian saw,
 * has a mark for it or is an access, the kind has 15 as the number of custodians, and two varints follow instead of one:
 * 0 and their number; and after each custodian's number a varint with twice what it saw (0 for the fields of its role,
 * otherwise 1 plus their bits), plus 1 if 4 bytes with the hash of its mark follow, and plus 2^11 if it accessed the
 * order. An event that says that the buyer is a decoy has this form too, with 2^24 added to the number of custodians. If a
 * mark came back, 2^24 is added to the disclosed fields of a contact, and 4 bytes with its hash follow the
 * order quoted. If it is known which number was dialled, 2^25 is added for the real one and 2^26 for a virtual one; then
 * the order for which that stood follows as a string, empty if it is unknown. If it has a caller, a payee or a link,
 * 2^27 is added, and four strings follow with these three and the loss (its amount, a space and the currency), each
 * empty if there is none.
 *
 * <p>This layout is stored: to change it otherwise than by such an addition, give its store another name, so that state
 * of the old layout is detected at the start.
 *
 * <p>The log of {@link BuyerPast} has shorter entries: order events without the event and the order, whose times are
 * numbers of weeks. The log holds the hash of a buyer once for each span of {@link #SPAN_WEEKS} weeks, in the first entry
 * of the buyer; blocks expire by whole spans, so that a later entry never remains without it.
 *
 * <pre>
 * varint   distance back to the buyer's entry before, 0 for none
 * byte     1 if it holds the hash of the buyer; plus 2 and plus 4 as above; plus 8 if its week is not the block's; plus 16
 *          times the number of custodians, as above
 * varint   week, zigzag, relative to the block's base, if it is not the same
 * 8 bytes  hash of the buyer, if it holds that
 * varint   number of custodians, if over 14, and each custodian's number, as above
 * </pre>
 */
final class BuyerLog {

    static final int BLOCK_BYTES = BlockStore.MAX_BYTES;

    static final byte ORDER_EVENT = 0;
    static final byte CONTACT = 1;

    /** Bit of the kind of an entry of the past that holds the hash of its buyer. */
    static final byte HOLDS_BUYER = 1;

    /** Bit of the kind of an entry of the past whose week is not that of its block. */
    static final byte OTHER_WEEK = 8;

    /** Number of weeks whose blocks of the past expire together. */
    private static final int SPAN_WEEKS = 4;

    /**
     * Bit of the kind of an entry whose time is not before any previous one of the buyer, so that a scan can end there.
     */
    static final byte IN_ORDER = 2;

    private static final int HEADER_BYTES = 8;

    /** Bit of the kind of an erased entry. */
    static final byte ERASED = 4;

    /** Bit of the kind of an order event that holds the order's id. */
    static final byte HOLDS_ORDER_ID = 8;

    /** Lowest bit of the number of custodians in the kind. */
    static final int CUSTODIANS_SHIFT = 4;

    /** From this number of custodians on, a varint holds their number. */
    static final int MANY_CUSTODIANS = 15;

    /** In place of a number over 14: the number follows, and for each custodian what it saw and its mark. */
    static final int WITH_DETAILS = 0;

    /** Bit of the number of custodians that follows {@link #WITH_DETAILS}, of an event of a decoy. */
    static final int OF_DECOY = 1 << 24;
    /** Bit of what is said of a custodian that accessed the order; above those of what it saw. */
    static final int ACCESSED = 1 << 11;

    /** Bit of the disclosed fields of a contact with a mark. */
    static final int WITH_MARK = 1 << 24;

    /** The same of a contact that reached the buyer's real number. */
    static final int DIALLED_REAL = 1 << 25;

    /** The same of one that reached a virtual number. */
    static final int DIALLED_VIRTUAL = 1 << 26;

    /** Bit of the disclosed fields of a contact with traces. */
    static final int WITH_TRACES = 1 << 27;

    /** Number of strings of the traces of a contact: caller, payee, link and loss. */
    static final int TRACES = 4;

    /** Bit of the kind of a contact that an order of the buyer precedes by more than a window. */
    static final int ORDERED_BEFORE_WINDOW = 128;

    /** Lowest bit of the source in the kind of a contact. */
    static final int SOURCE_SHIFT = 4;

    /** Bits of the source in the kind of a contact, after the shift. */
    static final int SOURCE_MASK = 7;

    /** Number of bytes that are read first of an entry that is not on the heap; few entries are longer. */
    private static final int READ_BYTES = 256;

    /** Maximum number of entries on the heap that were read from the store. */
    private static final int MAX_READ = 512;

    /** The position of each buyer's latest entry; 0 is none. */
    interface LatestEntries {
        long latestOf(long buyer);

        void setLatest(long buyer, long position);

        void remove(long buyer);
    }

    private final BlockStore store;
    private final LatestEntries index;
    private final boolean past;
    private final long heldSpan;

    /** Blocks by their number, from {@link #firstNumber} on; null if only the store has it. All but the last are full. */
    private final ObjectArrayList<byte[]> blocks = new ObjectArrayList<>();
    /** Base and latest time of each block. */
    private final LongArrayList bases = new LongArrayList();

    private final LongArrayList latestTimes = new LongArrayList();
    /** Number of the first block of the last span of the past. */
    private long firstOfSpan = 1;
    /** Number of bytes used of the last block. */
    private int used;
    /** Latest time of all entries. */
    private long latest = Long.MIN_VALUE;

    /** Numbers of blocks in which entries were changed. */
    private final TreeSet<Long> rewritten = new TreeSet<>();
    /** Entries that were read from the store, by position, the last one first. */
    private final Long2ObjectLinkedOpenHashMap<byte[]> read = new Long2ObjectLinkedOpenHashMap<>();

    private final LogEntry reader = new LogEntry(this);

    private long firstNumber = 1;
    private long firstUnsaved = 1;
    /** Blocks from this one on may be in the store. */
    private long firstStored = 1;
    /** Blocks from this one on are on the heap. */
    private long firstHeld = 1;

    private BuyerLog(BlockStore store, LatestEntries index, boolean past, long heldSpan) {
        this.store = store;
        this.index = index;
        this.past = past;
        this.heldSpan = heldSpan;
    }

    /**
     * Returns a log of order events and contacts.
     *
     * @param store of the blocks; {@link #restore} must be called first if it is not empty
     * @param index which is made from the entries
     * @param heldSpan saved blocks stay on the heap while their latest entry is at most this much older than the latest of
     *     all, in ms
     */
    static BuyerLog recent(BlockStore store, LatestEntries index, long heldSpan) {
        return new BuyerLog(store, index, false, heldSpan);
    }

    /** Returns a log of expired order events, as {@link #recent}; no block stays on the heap for its time. */
    static BuyerLog past(BlockStore store, LatestEntries index) {
        return new BuyerLog(store, index, true, -1);
    }

    boolean isPast() {
        return past;
    }

    /** Returns the position of the buyer's latest entry, or 0. */
    long latestOf(long buyer) {
        return live(index.latestOf(buyer));
    }

    /** Returns a lower limit for the position of the next entry. */
    long end() {
        if (blocks.isEmpty()) {
            return begin();
        }
        return lastNumber() * BLOCK_BYTES + used;
    }

    /** Returns a lower limit for the positions of all entries. */
    long begin() {
        return firstNumber * BLOCK_BYTES;
    }

    /** Returns the size of all blocks in bytes. */
    long bytes() {
        return (long) blocks.size() * BLOCK_BYTES;
    }

    /**
     * Appends an entry; its body (the bytes after the buyer's hash) is the first {@code length} bytes of {@code body}.
     *
     * @param kind of an entry of the past, without the bits for its buyer and its week
     */
    void append(byte kind, long time, long buyer, byte[] body, int length) {
        byte[] block = blockFor(length, time);
        int last = blocks.size() - 1;
        long position = lastNumber() * BLOCK_BYTES + used;
        long before = latestOf(buyer);
        int at = EntryBytes.putVarint(block, used, before == 0 ? 0 : position - before);
        boolean holdsBuyer = !past || before < firstOfSpan * BLOCK_BYTES;
        boolean holdsTime = !past || time != bases.getLong(last);
        block[at++] = past ? (byte) (kind | (holdsBuyer ? HOLDS_BUYER : 0) | (holdsTime ? OTHER_WEEK : 0)) : kind;
        if (holdsTime) {
            at = EntryBytes.putVarint(block, at, EntryBytes.zigzag(time - bases.getLong(last)));
        }
        if (holdsBuyer) {
            EntryBytes.putLong(block, at, buyer);
            at += Long.BYTES;
        }
        System.arraycopy(body, 0, block, at, length);
        used = at + length;
        onTime(last, time);
        index.setLatest(buyer, position);
    }

    private void onTime(int block, long time) {
        latestTimes.set(block, Math.max(latestTimes.getLong(block), time));
        latest = Math.max(latest, time);
    }

    /** Erases everything that identifies the buyer or its orders, in all entries of the buyer. */
    void erase(long buyer) {
        LogEntry entry = new LogEntry(this);
        for (boolean more = entry.latestOf(buyer); more; more = entry.previous()) {
            entry.eraseFrom(rewritten(entry.position()));
        }
        index.remove(buyer);
        saveEarly();
    }

    /** Returns the bits of a source, or null, in the kind of a contact. */
    static int sourceBits(ReportSource source) {
        return source == null ? 0 : source.ordinal() + 1 << SOURCE_SHIFT;
    }

    /** Records that an order of the buyer precedes this contact by more than a window. */
    void markOrderedBeforeWindow(long contact) {
        LogEntry entry = new LogEntry(this);
        entry.read(contact);
        entry.addToKind(rewritten(contact), ORDERED_BEFORE_WINDOW);
        saveEarly();
    }

    /** Returns the block of an entry, to be changed. */
    private byte[] rewritten(long position) {
        read.remove(position);
        long number = position / BLOCK_BYTES;
        if (rewritten.add(number)) {
            // The store may share the array.
            blocks.set(indexOf(number), block(number).clone());
        }
        return blocks.get(indexOf(number));
    }

    private byte[] blockFor(int length, long time) {
        int maxBytes = length + 10 + 1 + 10 + Long.BYTES;
        if (maxBytes > BLOCK_BYTES - HEADER_BYTES) {
            throw new IllegalArgumentException("an entry of " + length + " bytes does not fit a block");
        }
        if (blocks.isEmpty()) {
            addBlock(new byte[BLOCK_BYTES], time);
        } else if (used + maxBytes > BLOCK_BYTES || used >= store.fullBytes()) {
            byte[] full = Arrays.copyOf(last(), used);
            blocks.set(blocks.size() - 1, full);
            if (store.undoesUnsaved()) {
                store.put(lastNumber(), full);
                firstUnsaved = lastNumber() + 1;
            }
            addBlock(new byte[BLOCK_BYTES], time);
            drop();
        }
        return last();
    }

    private void addBlock(byte[] block, long time) {
        // The bases of the past are in order, and so are its spans.
        long base = past && !bases.isEmpty() ? Math.max(time, bases.getLong(bases.size() - 1)) : time;
        EntryBytes.putLong(block, 0, base);
        add(block, base);
        used = HEADER_BYTES;
    }

    private void add(byte[] block, long base) {
        blocks.add(block);
        bases.add(base);
        latestTimes.add(Long.MIN_VALUE);
        if (startsSpan(blocks.size() - 1)) {
            firstOfSpan = lastNumber();
        }
    }

    /** Returns whether the blocks before can be removed without this one. */
    private boolean startsSpan(int block) {
        return !past || block == 0 || span(block) != span(block - 1);
    }

    private long span(int block) {
        return Math.floorDiv(bases.getLong(block), SPAN_WEEKS);
    }

    /** Writes all blocks changed since the last call to the store. */
    void save() {
        saveRewritten();
        for (long number = Math.max(firstUnsaved, firstNumber); number < firstNumber + blocks.size(); number++) {
            store.put(number, number == lastNumber() ? Arrays.copyOf(last(), used) : blocks.get(indexOf(number)));
        }
        firstUnsaved = Math.max(firstNumber, lastNumber());
        deleteExpired();
        drop();
    }

    private void saveRewritten() {
        for (long number : rewritten.headSet(firstUnsaved)) {
            store.put(number, blocks.get(indexOf(number)));
            if (number < firstHeld) {
                blocks.set(indexOf(number), null);
            }
        }
        rewritten.clear();
    }

    /** Saves changed blocks now, if possible, so that they need not stay on the heap. */
    private void saveEarly() {
        if (store.undoesUnsaved()) {
            saveRewritten();
        }
    }

    private void deleteExpired() {
        for (; firstStored < firstNumber; firstStored++) {
            store.delete(firstStored);
        }
    }

    /** Drops saved blocks from the heap, but for those with the newest entries. */
    private void drop() {
        firstHeld = Math.max(firstHeld, firstNumber);
        long firstKept = Math.min(firstUnsaved, lastNumber() - store.blocksOnHeap() + 1);
        while (firstHeld < firstKept && latestTimes.getLong(indexOf(firstHeld)) < latest - heldSpan) {
            blocks.set(indexOf(firstHeld), null);
            firstHeld++;
        }
    }

    /**
     * Removes the oldest blocks whose entries are all from before the given time; the last block stays. A store that does
     * not undo unsaved changes keeps them until the next save, so that nothing is lost that has been derived from them but
     * not saved.
     *
     * @param listener of the removed entries, but for those of the past, whose positions stay in the index
     */
    void removeBefore(long time, EntryListener listener) {
        int expired = 0;
        for (int next = 1; next < blocks.size() && latestTimes.getLong(next - 1) < time; next++) {
            if (startsSpan(next)) {
                expired = next;
            }
        }
        if (expired == 0) {
            return;
        }
        for (int i = 0; !past && i < expired; i++) {
            removeBuyersLastSeenIn(firstNumber + i, listener);
        }
        blocks.removeElements(0, expired);
        bases.removeElements(0, expired);
        latestTimes.removeElements(0, expired);
        firstNumber += expired;
        rewritten.headSet(firstNumber).clear();
        if (store.undoesUnsaved()) {
            deleteExpired();
        }
    }

    private void removeBuyersLastSeenIn(long number, EntryListener listener) {
        LongArrayList positions = new LongArrayList();
        LongArrayList buyers = new LongArrayList();
        LogEntry entry = new LogEntry(this);
        byte[] block = block(number);
        for (int at = HEADER_BYTES; at < block.length; at = entry.endOffset()) {
            entry.readIn(block, number * BLOCK_BYTES + at);
            if (!entry.isErased()) {
                positions.add(entry.position());
                buyers.add(entry.buyer());
                listener.onEntry(entry);
            }
        }
        // In one loop, so that the CPU can overlap the memory accesses.
        for (int i = 0; i < buyers.size(); i++) {
            if (index.latestOf(buyers.getLong(i)) == positions.getLong(i)) {
                index.remove(buyers.getLong(i));
            }
        }
    }

    /** Receives each entry that is not erased: while the log is restored, before it is indexed, or when it expires. */
    interface EntryListener {
        void onEntry(LogEntry entry);
    }

    /**
     * Restores the log from the store, entry by entry.
     *
     * @throws IllegalStateException if a block is missing
     */
    void restore(EntryListener listener) {
        Long2LongOpenHashMap buyers = new Long2LongOpenHashMap();
        store.blocks((block, number) -> restore(number, block, buyers, listener));
        if (!blocks.isEmpty()) {
            used = last().length;
            blocks.set(blocks.size() - 1, Arrays.copyOf(last(), BLOCK_BYTES));
        }
    }

    private void restore(long number, byte[] block, Long2LongOpenHashMap buyers, EntryListener listener) {
        if (blocks.isEmpty()) {
            firstNumber = number;
            firstStored = number;
            firstHeld = number;
        } else if (number != lastNumber() + 1) {
            throw new IllegalStateException(
                    "block " + (lastNumber() + 1) + " of the buyers' log is missing: the next is " + number);
        }
        firstUnsaved = number;
        add(block, EntryBytes.longAt(block, 0));
        LogEntry entry = new LogEntry(this);
        for (int at = HEADER_BYTES; at < block.length; at = entry.endOffset()) {
            entry.readIn(block, number * BLOCK_BYTES + at);
            onTime(blocks.size() - 1, entry.time());
            if (!entry.isErased()) {
                listener.onEntry(entry);
                index(entry, buyers);
            }
        }
        drop();
    }

    /** @param buyers of the latest entries of the past that were restored before, by position */
    private void index(LogEntry restored, Long2LongOpenHashMap buyers) {
        long buyer = restored.buyer();
        if (past) {
            long before = restored.previousPosition();
            if (!restored.holdsBuyer()) {
                if (!buyers.containsKey(before)) {
                    // Of its span, which has expired, a crash has left the last blocks.
                    return;
                }
                buyer = buyers.get(before);
            }
            buyers.remove(before);
            buyers.put(restored.position(), buyer);
        }
        index.setLatest(buyer, restored.position());
    }

    /** Returns the block of an entry if it is on the heap, or null. */
    byte[] heldAt(long position) {
        return blocks.get(indexOf(position / BLOCK_BYTES));
    }

    /** Returns the bytes of an entry whose block is not on the heap. */
    byte[] readAt(long position) {
        byte[] entry = read.getAndMoveToFirst(position);
        if (entry == null) {
            entry = readFromStore(position);
            read.putAndMoveToFirst(position, entry);
            if (read.size() > MAX_READ) {
                read.removeLast();
            }
        }
        return entry;
    }

    private byte[] readFromStore(long position) {
        long number = position / BLOCK_BYTES;
        int offset = (int) (position % BLOCK_BYTES);
        byte[] part = existing(number, store.read(number, offset, READ_BYTES));
        int length = reader.lengthIn(part, position);
        if (length < 0) {
            part = existing(number, store.read(number, offset, BLOCK_BYTES));
            length = reader.lengthIn(part, position);
        }
        return Arrays.copyOf(part, length);
    }

    private byte[] block(long number) {
        byte[] held = blocks.get(indexOf(number));
        return held == null ? existing(number, store.get(number)) : held;
    }

    /** An error rather than an exception: it is no fault of the record that is being processed. */
    private static byte[] existing(long number, byte[] stored) {
        if (stored == null) {
            throw new IOError(new IOException(
                    "block " + number + " of the buyers' log is missing in its store: reset the application's state"));
        }
        return stored;
    }

    long baseAt(long position) {
        return bases.getLong(indexOf(position / BLOCK_BYTES));
    }

    /** Returns the position, or 0 if its block has expired. */
    long live(long position) {
        return position < begin() ? 0 : position;
    }

    private int indexOf(long number) {
        return (int) (number - firstNumber);
    }

    private long lastNumber() {
        return firstNumber + blocks.size() - 1;
    }

    private byte[] last() {
        return blocks.get(blocks.size() - 1);
    }
}
