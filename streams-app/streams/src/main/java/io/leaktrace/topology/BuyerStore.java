package io.leaktrace.topology;

import io.leaktrace.correlate.BlockStore;
import io.leaktrace.correlate.CorrelatorCheckpoint;
import io.leaktrace.correlate.CorrelatorStore;
import io.leaktrace.domain.Custodian;
import java.io.IOError;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.ObjLongConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.errors.ProcessorStateException;
import org.apache.kafka.streams.processor.StateStore;
import org.apache.kafka.streams.processor.StateStoreContext;
import org.apache.kafka.streams.query.Position;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.StoreBuilder;
import org.apache.kafka.streams.state.internals.CacheFlushListener;
import org.apache.kafka.streams.state.internals.CachedStateStore;

/**
 * State store of the buyer log: a key-value store of blocks with a changelog. It is written just before each commit
 * instead of at each order, so that a million orders cause some thousand changelog records.
 *
 * <p>Kafka Streams announces a commit to a store through {@link CachedStateStore}, the only internal interface of Kafka
 * Streams that Leaktrace uses. ADR 2 gives the reason; ChaosTest verifies it.
 */
final class BuyerStore implements StateStore, CachedStateStore<Bytes, byte[]>, CorrelatorStore {

    /** Version 3 of the layout: ids end in numbers, and the past holds a hash for weeks. */
    static final String NAME = "buyer-log-3";

    /**
     * Number of bytes from which a block is full if the store is on disk: RocksDB copies a whole block for each entry that
     * is read.
     */
    private static final int FULL_BYTES = 4 * 1024;

    /** Number of the newest blocks that stay on the heap if the store is on disk: 512 kB. */
    private static final int BLOCKS_ON_HEAP = 128;

    private static final byte BLOCK = 'b';
    private static final byte PAST_BLOCK = 'p';
    private static final byte CHECKPOINT = 'c';
    private static final byte CUSTODIAN = 'd';
    private static final byte HASH_KEY = 'k';
    private static final byte DECOY = 'y';

    private final KeyValueStore<Bytes, byte[]> blocks;
    private Runnable beforeCommit = () -> {};

    private BuyerStore(KeyValueStore<Bytes, byte[]> blocks) {
        this.blocks = blocks;
    }

    /** Returns the builder of the store, which wraps the store of the blocks. */
    static StoreBuilder<BuyerStore> builder(StoreBuilder<KeyValueStore<Bytes, byte[]>> blocks) {
        return new Builder(blocks);
    }

    private record Builder(StoreBuilder<KeyValueStore<Bytes, byte[]>> blocks) implements StoreBuilder<BuyerStore> {
        @Override
        public StoreBuilder<BuyerStore> withCachingEnabled() {
            throw new UnsupportedOperationException("the buyer log has its own cache");
        }

        @Override
        public StoreBuilder<BuyerStore> withCachingDisabled() {
            return this;
        }

        @Override
        public StoreBuilder<BuyerStore> withLoggingEnabled(Map<String, String> config) {
            return new Builder(blocks.withLoggingEnabled(config));
        }

        @Override
        public StoreBuilder<BuyerStore> withLoggingDisabled() {
            throw new UnsupportedOperationException("without its changelog the buyer log is lost with its instance");
        }

        @Override
        public BuyerStore build() {
            return new BuyerStore(blocks.build());
        }

        @Override
        public Map<String, String> logConfig() {
            return blocks.logConfig();
        }

        @Override
        public boolean loggingEnabled() {
            return blocks.loggingEnabled();
        }

        @Override
        public String name() {
            return blocks.name();
        }
    }

    /** Sets the action to run before each commit. */
    void beforeCommit(Runnable action) {
        beforeCommit = action;
    }

    // Used by the correlator.

    @Override
    public BlockStore recent() {
        return new Blocks(BLOCK, BLOCKS_ON_HEAP);
    }

    @Override
    public BlockStore past() {
        return new Blocks(PAST_BLOCK, 0);
    }

    /** The blocks of one log. */
    private final class Blocks implements BlockStore {

        private final byte type;
        private final int onHeap;

        Blocks(byte type, int onHeap) {
            this.type = type;
            this.onHeap = onHeap;
        }

        @Override
        public void put(long number, byte[] block) {
            blocks.put(blockKey(type, number), block);
        }

        @Override
        public void delete(long number) {
            blocks.delete(blockKey(type, number));
        }

        @Override
        public byte[] get(long number) {
            try {
                return blocks.get(blockKey(type, number));
            } catch (ProcessorStateException e) {
                // It is no fault of the record that is being processed, which must not go to dead letters.
                throw new IOError(e);
            }
        }

        @Override
        public void blocks(ObjLongConsumer<byte[]> receiver) {
            try (KeyValueIterator<Bytes, byte[]> all =
                    blocks.range(blockKey(type, 0), blockKey(type, Long.MAX_VALUE))) {
                all.forEachRemaining(block -> receiver.accept(
                        block.value, ByteBuffer.wrap(block.key.get()).getLong(1)));
            }
        }

        @Override
        public int blocksOnHeap() {
            return blocks.persistent() ? onHeap : Integer.MAX_VALUE;
        }

        @Override
        public int fullBytes() {
            return blocks.persistent() ? FULL_BYTES : MAX_BYTES;
        }
    }

    private static Bytes blockKey(byte type, long number) {
        return Bytes.wrap(
                ByteBuffer.allocate(1 + Long.BYTES).put(type).putLong(number).array());
    }

    @Override
    public void putCustodian(int number, Custodian custodian) {
        blocks.put(custodianKey(number), custodian.toString().getBytes(StandardCharsets.UTF_8));
    }

    @Override
    public List<Custodian> custodians() {
        List<Custodian> custodians = new ArrayList<>();
        try (KeyValueIterator<Bytes, byte[]> all = blocks.range(custodianKey(0), custodianKey(Integer.MAX_VALUE))) {
            all.forEachRemaining(
                    entry -> custodians.add(Custodian.parse(new String(entry.value, StandardCharsets.UTF_8))));
        }
        return custodians;
    }

    private static Bytes custodianKey(int number) {
        return Bytes.wrap(ByteBuffer.allocate(1 + Integer.BYTES)
                .put(CUSTODIAN)
                .putInt(number)
                .array());
    }

    @Override
    public void putHashKey(byte[] key) {
        blocks.put(hashKeyKey(), key);
    }

    @Override
    public Optional<byte[]> hashKey() {
        return Optional.ofNullable(blocks.get(hashKeyKey()));
    }

    private static Bytes hashKeyKey() {
        return Bytes.wrap(new byte[] {HASH_KEY});
    }

    @Override
    public void putDecoy(long buyer, long firstEvent) {
        Bytes key = blockKey(DECOY, buyer);
        if (firstEvent == Long.MAX_VALUE) {
            blocks.delete(key);
        } else {
            blocks.put(key, ByteBuffer.allocate(Long.BYTES).putLong(firstEvent).array());
        }
    }

    @Override
    public void decoys(LongLongConsumer receiver) {
        // Keys are compared as unsigned bytes.
        try (KeyValueIterator<Bytes, byte[]> all = blocks.range(blockKey(DECOY, 0), blockKey(DECOY, -1))) {
            all.forEachRemaining(decoy -> receiver.accept(
                    ByteBuffer.wrap(decoy.key.get()).getLong(1),
                    ByteBuffer.wrap(decoy.value).getLong()));
        }
    }

    @Override
    public void putCheckpoint(CorrelatorCheckpoint checkpoint) {
        blocks.put(checkpointKey(), checkpoint.write());
    }

    @Override
    public Optional<CorrelatorCheckpoint> checkpoint() {
        return Optional.ofNullable(blocks.get(checkpointKey())).map(CorrelatorCheckpoint::read);
    }

    private static Bytes checkpointKey() {
        return Bytes.wrap(new byte[] {CHECKPOINT});
    }

    // Used by Kafka Streams.

    @Override
    public String name() {
        return blocks.name();
    }

    @Override
    public void init(StateStoreContext context, StateStore root) {
        blocks.init(context, root);
    }

    @Override
    public void flushCache() {
        beforeCommit.run();
    }

    @Override
    public void clearCache() {
        // No cache outlives the task: the correlator is created anew with it.
    }

    @Override
    public boolean setFlushListener(CacheFlushListener<Bytes, byte[]> listener, boolean sendOldValues) {
        return false;
    }

    @Override
    public void commit(Map<TopicPartition, Long> changelogOffsets) {
        blocks.commit(changelogOffsets);
    }

    @Override
    public Long committedOffset(TopicPartition partition) {
        return blocks.committedOffset(partition);
    }

    @Override
    @Deprecated
    public boolean managesOffsets() {
        return blocks.managesOffsets();
    }

    @Override
    public void close() {
        blocks.close();
    }

    @Override
    public boolean persistent() {
        return blocks.persistent();
    }

    @Override
    public boolean isOpen() {
        return blocks.isOpen();
    }

    @Override
    public Position getPosition() {
        return blocks.getPosition();
    }
}
