package io.leaktrace.correlate;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.TreeMap;
import java.util.function.ObjLongConsumer;
import org.junit.jupiter.api.Test;

class BuyerLogTest {

    private static final int FULL_BYTES = 4_096;

    /** A store whose blocks are full before they have the maximum size. */
    private static final class SmallBlocks implements BlockStore {

        final TreeMap<Long, byte[]> blocks = new TreeMap<>();

        @Override
        public void put(long number, byte[] block) {
            blocks.put(number, block);
        }

        @Override
        public void delete(long number) {
            blocks.remove(number);
        }

        @Override
        public byte[] get(long number) {
            return blocks.get(number);
        }

        @Override
        public void blocks(ObjLongConsumer<byte[]> receiver) {
            blocks.forEach((number, block) -> receiver.accept(block, number));
        }

        @Override
        public int blocksOnHeap() {
            return 1;
        }

        @Override
        public int fullBytes() {
            return FULL_BYTES;
        }
    }

    @Test
    void aBlockIsFullAtTheSizeOfItsStoreButHoldsALongerEntry() {
        SmallBlocks store = new SmallBlocks();
        BuyerLog log = BuyerLog.recent(store, new BuyerIndex(), 0);
        int shortEntry = 100;
        int longEntry = 12_000;
        for (int i = 0; i < 500; i++) {
            log.append(BuyerLog.ORDER_EVENT, i, i, new byte[shortEntry], shortEntry);
        }
        log.append(BuyerLog.ORDER_EVENT, 500, 500, new byte[longEntry], longEntry);
        log.append(BuyerLog.ORDER_EVENT, 501, 501, new byte[shortEntry], shortEntry);
        log.save();
        int longBlocks = 0;
        for (byte[] block : store.blocks.headMap(store.blocks.lastKey()).values()) {
            longBlocks += block.length > longEntry ? 1 : 0;
            assertTrue(block.length >= FULL_BYTES, block.length + " bytes");
            assertTrue(block.length < FULL_BYTES + 2 * shortEntry || block.length > longEntry, block.length + " bytes");
        }
        assertEquals(1, longBlocks);
    }

    /** Buyers of whom only later entries of an expired span are left are not indexed; the others are. */
    @Test
    void aRestoredPastMayBeginInTheMiddleOfASpan() {
        SmallBlocks store = new SmallBlocks();
        BuyerLog log = BuyerLog.past(store, new BuyerIndex().past());
        int week = 9;
        for (int i = 0; i < 4_000; i++) {
            long buyer = i < 3_900 ? i % 100 : i;
            log.append((byte) 0, week, buyer, new byte[0], 0);
        }
        log.save();
        store.delete(1);

        BuyerIndex index = new BuyerIndex();
        BuyerLog restored = BuyerLog.past(store, index.past());
        restored.restore(entry -> {});
        for (long buyer = 0; buyer < 100; buyer++) {
            assertEquals(0, restored.latestOf(buyer));
        }
        LogEntry entry = new LogEntry(restored);
        for (long buyer = 3_900; buyer < 4_000; buyer++) {
            assertTrue(entry.latestOf(buyer));
            assertEquals(week, entry.time());
        }
        restored.append((byte) 0, week, 7, new byte[0], 0);
        assertTrue(entry.latestOf(7));
        assertEquals(7, entry.buyer(), "held anew");
    }
}
