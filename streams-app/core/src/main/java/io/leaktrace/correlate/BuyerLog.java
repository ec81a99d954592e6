package io.leaktrace.correlate;

import io.leaktrace.domain.ReportSource;
import it.unimi.dsi.fastutil.longs.LongArrayList;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.TreeSet;
import java.util.function.ObjLongConsumer;

/**
 * The log of the buyers of one partition: order events and contacts, appended to blocks of bytes. Each entry is linked
 * to the same buyer's previous entry, and entries expire by whole blocks.
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
 *   string   the order id or, if an earlier entry   string  buyer id
 *            of the order holds it, its hash        varint  delay of the report, ms
 *            in 4 bytes                             varint  disclosed fields, as bits
 *   varint   number of custodians, if over 14       string  the order quoted, empty if none was
 *   varint   each custodian's number
 * </pre>
 *
 * where a string is its length in bytes as a varint and its UTF-8 bytes. If an order event says what a custodian saw,
 * has a mark for it or is an access, the kind has 15 as the number of custodians, and two varints follow instead of one:
 * 0 and their number; and after each custodian's number a varint with twice what it saw (0 for the fields of its role,
 * otherwise 1 plus their bits), plus 1 if 4 bytes with the hash of its mark follow, and plus 2^11 if it accessed the
 * order. An event that says that the buyer is a decoy has this form too, with 2^24 added to the number of custodians. If a
 * mark came back, 2^24 is added to the disclosed fields of a contact, and 4 bytes with its hash follow the
 * order quoted. If it is known which number was dialled, 2^25 is added for the real one and 2^26 for a virtual one; then
 * the order for which that stood follows as a string, empty if it is unknown. If it has a caller, a payee or a link,
 * 2^27 is added, and four strings follow with these three and the loss (its amount, a space and the currency), each
 * empty if there is none. No earlier version wrote this 0 or these bits, so the log of an earlier version is read as it
 * is.
 *
 * <p>This layout is stored: to change it otherwise than by such an addition, give its store another name, so that state
 * of the old layout is detected at the start.
 *
 * <p>The log of {@link BuyerPast} has the same layout. Its entries are of kind {@link #PAST}: like those of order
 * events, without the event and the order, and their time is a number of weeks.
 */
final class BuyerLog {

    static final int BLOCK_BYTES = 16 * 1024;

    static final byte ORDER_EVENT = 0;
    static final byte CONTACT = 1;

    /** Kind of an expired order event: both bits, which neither an order event nor a contact has. */
    static final byte PAST = 1 | 8;

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

    /** A block with its size and latest time. */
    private static final class Block {
        byte[] bytes;
        int used;
        long latest = Long.MIN_VALUE;

        Block(byte[] bytes, int used) {
            this.bytes = bytes;
            this.used = used;
        }

        long base() {
            return EntryBytes.longAt(bytes, 0);
        }
    }

    /** Storage of blocks. */
    public interface BlockStore {
        void put(long number, byte[] block);

        void delete(long number);

        /** Passes the blocks to a receiver in the order of their numbers. */
        void blocks(ObjLongConsumer<byte[]> receiver);
    }

    private final List<Block> blocks = new ArrayList<>();
    private final BuyerIndex index = new BuyerIndex();
    /** Numbers of blocks in which entries were changed. */
    private final TreeSet<Long> rewritten = new TreeSet<>();

    private long firstNumber = 1;
    private long firstUnsaved = 1;
    /** Blocks from this one on may be in the store. */
    private long firstStored = 1;

    /** Returns the position of the buyer's latest entry, or 0. */
    long latestOf(long buyer) {
        return live(index.latestOf(buyer));
    }

    /** Returns a lower limit for the position of the next entry. */
    long end() {
        if (blocks.isEmpty()) {
            return firstNumber * BLOCK_BYTES;
        }
        return lastNumber() * BLOCK_BYTES + last().used;
    }

    BuyerIndex index() {
        return index;
    }

    long bytes() {
        return (long) blocks.size() * BLOCK_BYTES;
    }

    /**
     * Appends an entry; its body (the bytes after the buyer's hash) is the first {@code length} bytes of {@code body}.
     */
    void append(byte kind, long time, long buyer, byte[] body, int length) {
        Block block = blockFor(length, time);
        long position = lastNumber() * BLOCK_BYTES + block.used;
        long before = latestOf(buyer);
        int at = EntryBytes.putVarint(block.bytes, block.used, before == 0 ? 0 : position - before);
        block.bytes[at++] = kind;
        at = EntryBytes.putVarint(block.bytes, at, EntryBytes.zigzag(time - block.base()));
        EntryBytes.putLong(block.bytes, at, buyer);
        at += Long.BYTES;
        System.arraycopy(body, 0, block.bytes, at, length);
        block.used = at + length;
        block.latest = Math.max(block.latest, time);
        index.setLatest(buyer, position);
    }

    /** Erases everything that identifies the buyer or its orders, in all entries of the buyer. */
    void erase(long buyer) {
        LogEntry entry = new LogEntry(this);
        for (boolean more = entry.latestOf(buyer); more; more = entry.previous()) {
            entry.eraseFrom(rewritten(entry.position()));
        }
        index.remove(buyer);
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
    }

    /** Returns the block of an entry, to be changed. */
    private byte[] rewritten(long position) {
        long number = position / BLOCK_BYTES;
        Block block = blocks.get((int) (number - firstNumber));
        if (rewritten.add(number)) {
            // The store may share the array.
            block.bytes = block.bytes.clone();
        }
        return block.bytes;
    }

    private Block blockFor(int length, long time) {
        int maxBytes = length + 10 + 1 + 10 + Long.BYTES;
        if (maxBytes > BLOCK_BYTES - HEADER_BYTES) {
            throw new IllegalArgumentException("an entry of " + length + " bytes does not fit a block");
        }
        if (blocks.isEmpty() || last().used + maxBytes > BLOCK_BYTES) {
            Block block = new Block(new byte[BLOCK_BYTES], HEADER_BYTES);
            EntryBytes.putLong(block.bytes, 0, time);
            blocks.add(block);
        }
        return last();
    }

    /** Writes all blocks changed since the last call to the store. */
    void save(BlockStore store) {
        for (long number : rewritten.headSet(Math.max(firstUnsaved, firstNumber))) {
            Block block = blocks.get((int) (number - firstNumber));
            store.put(number, Arrays.copyOf(block.bytes, block.used));
        }
        rewritten.clear();
        for (long number = Math.max(firstUnsaved, firstNumber); number < firstNumber + blocks.size(); number++) {
            Block block = blocks.get((int) (number - firstNumber));
            byte[] written = Arrays.copyOf(block.bytes, block.used);
            if (number != lastNumber()) {
                // A full block is copied before it is changed, so log and store can share the array.
                block.bytes = written;
            }
            store.put(number, written);
        }
        firstUnsaved = Math.max(firstNumber, lastNumber());
        for (; firstStored < firstNumber; firstStored++) {
            store.delete(firstStored);
        }
    }

    /**
     * Removes the oldest blocks whose entries are all from before the given time; the last block stays. The next save
     * removes them from the store, so that nothing is lost that has been derived from them but not saved.
     */
    void removeBefore(long time, EntryListener listener) {
        int expired = 0;
        while (expired < blocks.size() - 1 && blocks.get(expired).latest < time) {
            long number = firstNumber + expired;
            removeBuyersLastSeenIn(number, blocks.get(expired), listener);
            expired++;
        }
        blocks.subList(0, expired).clear();
        firstNumber += expired;
        rewritten.headSet(firstNumber).clear();
    }

    private void removeBuyersLastSeenIn(long number, Block block, EntryListener listener) {
        LongArrayList positions = new LongArrayList();
        LongArrayList buyers = new LongArrayList();
        LogEntry entry = new LogEntry(this);
        for (int at = HEADER_BYTES; at < block.used; at = entry.endOffset()) {
            entry.read(number * BLOCK_BYTES + at);
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

    /** Receives each entry that is not erased: while the log is rebuilt, before it is indexed, or when it expires. */
    interface EntryListener {
        void onEntry(LogEntry entry);
    }

    /** Loads a saved block; blocks must be loaded in the order of their numbers, before {@link #rebuild}. */
    void load(long number, byte[] saved) {
        if (blocks.isEmpty()) {
            firstNumber = number;
            firstStored = number;
        } else if (number != lastNumber() + 1) {
            throw new IllegalStateException(
                    "block " + (lastNumber() + 1) + " of the buyers' log is missing: the next is " + number);
        }
        blocks.add(new Block(saved, saved.length));
    }

    /** Rebuilds the index after all blocks were loaded. */
    void rebuild(EntryListener listener) {
        index.clear();
        for (int i = 0; i < blocks.size(); i++) {
            Block block = blocks.get(i);
            long number = firstNumber + i;
            LogEntry entry = new LogEntry(this);
            for (int at = HEADER_BYTES; at < block.used; at = entry.endOffset()) {
                entry.read(number * BLOCK_BYTES + at);
                block.latest = Math.max(block.latest, entry.time());
                if (entry.isErased()) {
                    continue;
                }
                listener.onEntry(entry);
                index.setLatest(entry.buyer(), entry.position());
            }
        }
        if (!blocks.isEmpty() && last().bytes.length < BLOCK_BYTES) {
            last().bytes = Arrays.copyOf(last().bytes, BLOCK_BYTES);
        }
        firstUnsaved = blocks.isEmpty() ? firstNumber : lastNumber();
    }

    byte[] bytesAt(long position) {
        return blocks.get((int) (position / BLOCK_BYTES - firstNumber)).bytes;
    }

    long baseAt(long position) {
        return blocks.get((int) (position / BLOCK_BYTES - firstNumber)).base();
    }

    /** Returns the position, or 0 if its block has expired. */
    long live(long position) {
        return position < firstNumber * BLOCK_BYTES ? 0 : position;
    }

    private long lastNumber() {
        return firstNumber + blocks.size() - 1;
    }

    private Block last() {
        return blocks.get(blocks.size() - 1);
    }
}
