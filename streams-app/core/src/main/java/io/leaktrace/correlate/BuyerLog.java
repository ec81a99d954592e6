package io.leaktrace.correlate;

import it.unimi.dsi.fastutil.longs.LongArrayList;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.TreeSet;

/**
 * What is remembered of the buyers of one partition: order events and contacts, appended to blocks of bytes, each entry
 * chained to the same buyer's entry before it, and forgotten a block at a time.
 *
 * <p>An entry's position is its block's number times {@link #BLOCK_BYTES} plus its offset; 0 is no position. Blocks hold
 * everything; the index of each buyer's latest entry is rebuilt from them. An entry is
 *
 * <pre>
 * varint   distance back to the buyer's entry before, 0 for none
 * byte     kind: order event or contact; plus 2 if none of the buyer's entries before is of a later time; plus 4 if
 *          it has been erased: whatever names somebody is zero, and no chain leads to it; plus 8 if it holds the
 *          order's id; plus 16 times the number of custodians, of which 15 stands for what the varint says
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
 * where a string is its length in bytes as a varint and its UTF-8 bytes. The layout is a format on disk: changing it
 * needs another name of the store that holds it, so that state of an older form is found at the start.
 */
final class BuyerLog {

    static final int BLOCK_BYTES = 16 * 1024;

    static final byte ORDER_EVENT = 0;
    static final byte CONTACT = 1;

    /** Added to the kind of an entry that is not earlier than any of the buyer's before, so that a walk can end there. */
    static final byte IN_ORDER = 2;

    private static final int HEADER_BYTES = 8;

    /** Added to the kind of an entry that has been erased. */
    static final byte ERASED = 4;

    /** Added to the kind of an order event that holds the order's id. */
    static final byte HOLDS_ORDER_ID = 8;

    /** Custodians are counted from this bit of the kind on. */
    static final int CUSTODIANS_SHIFT = 4;

    /** As many custodians as this, or more, are counted by a varint. */
    static final int MANY_CUSTODIANS = 15;

    /** A block and what is known of it without reading it. */
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

    /** Where blocks are kept. */
    public interface BlockStore {
        void put(long number, byte[] block);

        void delete(long number);
    }

    private final List<Block> blocks = new ArrayList<>();
    private final BuyerIndex index = new BuyerIndex();
    /** Numbers of blocks that were written to after they had been full. */
    private final TreeSet<Long> rewritten = new TreeSet<>();

    private long firstNumber = 1;
    private long firstUnsaved = 1;

    /** Position of the buyer's latest entry, or 0. */
    long latestOf(long buyer) {
        return live(index.latestOf(buyer));
    }

    /** Position that the next entry will not be before. */
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

    /** Appends an entry whose body, what follows the buyer's hash, is the first {@code length} bytes given. */
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

    /** Erases whatever names the buyer or its orders, in every entry of the buyer. */
    void erase(long buyer) {
        Entry entry = new Entry(this);
        for (boolean more = entry.latestOf(buyer); more; more = entry.previous()) {
            long number = entry.position() / BLOCK_BYTES;
            Block block = blocks.get((int) (number - firstNumber));
            if (rewritten.add(number)) {
                // The store may share the array.
                block.bytes = block.bytes.clone();
            }
            entry.eraseFrom(block.bytes);
        }
        index.remove(buyer);
    }

    private Block blockFor(int length, long time) {
        int most = length + 10 + 1 + 10 + Long.BYTES;
        if (most > BLOCK_BYTES - HEADER_BYTES) {
            throw new IllegalArgumentException("an entry of " + length + " bytes does not fit a block");
        }
        if (blocks.isEmpty() || last().used + most > BLOCK_BYTES) {
            Block block = new Block(new byte[BLOCK_BYTES], HEADER_BYTES);
            EntryBytes.putLong(block.bytes, 0, time);
            blocks.add(block);
        }
        return last();
    }

    /** Gives every block that changed since the last call to the store. */
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
                // Not written to again without a copy, so that log and store can share the array.
                block.bytes = written;
            }
            store.put(number, written);
        }
        firstUnsaved = Math.max(firstNumber, lastNumber());
    }

    /** Forgets the oldest blocks, as long as all their entries are from before the given time; the last block stays. */
    void forgetBefore(long time, BlockStore store) {
        int forgotten = 0;
        while (forgotten < blocks.size() - 1 && blocks.get(forgotten).latest < time) {
            long number = firstNumber + forgotten;
            forgetBuyersLastSeenIn(number, blocks.get(forgotten));
            store.delete(number);
            forgotten++;
        }
        blocks.subList(0, forgotten).clear();
        firstNumber += forgotten;
        rewritten.headSet(firstNumber).clear();
    }

    private void forgetBuyersLastSeenIn(long number, Block block) {
        LongArrayList positions = new LongArrayList();
        LongArrayList buyers = new LongArrayList();
        Entry entry = new Entry(this);
        for (int at = HEADER_BYTES; at < block.used; at = entry.endOffset()) {
            entry.read(number * BLOCK_BYTES + at);
            if (!entry.isErased()) {
                positions.add(entry.position());
                buyers.add(entry.buyer());
            }
        }
        // One right after the other, so that the memory finds several at a time.
        for (int i = 0; i < buyers.size(); i++) {
            if (index.latestOf(buyers.getLong(i)) == positions.getLong(i)) {
                index.remove(buyers.getLong(i));
            }
        }
    }

    /** What happens to each entry while the log is rebuilt, before it becomes its buyer's latest. */
    interface RebuildListener {
        void onEntry(Entry entry);
    }

    /** Takes a saved block back; blocks must come in the order of their numbers, before {@link #rebuild}. */
    void load(long number, byte[] saved) {
        if (blocks.isEmpty()) {
            firstNumber = number;
        } else if (number != lastNumber() + 1) {
            throw new IllegalStateException(
                    "block " + (lastNumber() + 1) + " of the buyers' log is missing: the next is " + number);
        }
        blocks.add(new Block(saved, saved.length));
    }

    /** Makes the index anew after all blocks were loaded. */
    void rebuild(RebuildListener listener) {
        index.clear();
        for (int i = 0; i < blocks.size(); i++) {
            Block block = blocks.get(i);
            long number = firstNumber + i;
            Entry entry = new Entry(this);
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

    /** The position itself, or 0 if it has been forgotten. */
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
