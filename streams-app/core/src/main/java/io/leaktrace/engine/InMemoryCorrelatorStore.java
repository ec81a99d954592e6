package io.leaktrace.engine;

import io.leaktrace.correlate.BlockStore;
import io.leaktrace.correlate.CorrelatorCheckpoint;
import io.leaktrace.correlate.CorrelatorStore;
import io.leaktrace.domain.Custodian;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.ObjLongConsumer;

/** A {@link CorrelatorStore} in memory that can be written to a file as a whole; it shares its blocks with the log. */
public final class InMemoryCorrelatorStore implements CorrelatorStore {

    private static final int WITH_CHECKPOINT = 1;
    private static final int WITH_DECOYS = 2;

    private final Blocks recent = new Blocks();
    private final Blocks past = new Blocks();
    private final List<Custodian> custodians = new ArrayList<>();
    private final TreeMap<Long, Long> decoys = new TreeMap<>();
    private byte[] hashKey;
    private CorrelatorCheckpoint checkpoint;

    private static final class Blocks implements BlockStore {

        private final TreeMap<Long, byte[]> blocks = new TreeMap<>();

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
            return Integer.MAX_VALUE;
        }

        void write(DataOutputStream out) throws IOException {
            out.writeInt(blocks.size());
            for (Map.Entry<Long, byte[]> block : blocks.entrySet()) {
                out.writeLong(block.getKey());
                writeBytes(out, block.getValue());
            }
        }

        void read(DataInputStream in) throws IOException {
            int count = in.readInt();
            for (int i = 0; i < count; i++) {
                long number = in.readLong();
                blocks.put(number, readBytes(in));
            }
        }
    }

    @Override
    public BlockStore recent() {
        return recent;
    }

    @Override
    public BlockStore past() {
        return past;
    }

    @Override
    public void putCustodian(int number, Custodian custodian) {
        custodians.add(number, custodian);
    }

    @Override
    public List<Custodian> custodians() {
        return List.copyOf(custodians);
    }

    @Override
    public void putHashKey(byte[] key) {
        hashKey = key;
    }

    @Override
    public Optional<byte[]> hashKey() {
        return Optional.ofNullable(hashKey);
    }

    @Override
    public void putDecoy(long buyer, long firstEvent) {
        if (firstEvent == Long.MAX_VALUE) {
            decoys.remove(buyer);
        } else {
            decoys.put(buyer, firstEvent);
        }
    }

    @Override
    public void decoys(LongLongConsumer receiver) {
        decoys.forEach(receiver::accept);
    }

    @Override
    public void putCheckpoint(CorrelatorCheckpoint saved) {
        checkpoint = saved;
    }

    @Override
    public Optional<CorrelatorCheckpoint> checkpoint() {
        return Optional.ofNullable(checkpoint);
    }

    /** Writes the whole content. */
    public void write(DataOutputStream out) throws IOException {
        writeBytes(out, hashKey);
        recent.write(out);
        past.write(out);
        out.writeInt(custodians.size());
        for (Custodian custodian : custodians) {
            out.writeUTF(custodian.toString());
        }
        out.writeByte((checkpoint == null ? 0 : WITH_CHECKPOINT) | (decoys.isEmpty() ? 0 : WITH_DECOYS));
        if (checkpoint != null) {
            writeBytes(out, checkpoint.write());
        }
        if (!decoys.isEmpty()) {
            out.writeInt(decoys.size());
            for (Map.Entry<Long, Long> decoy : decoys.entrySet()) {
                out.writeLong(decoy.getKey());
                out.writeLong(decoy.getValue());
            }
        }
    }

    /** Reads what {@link #write} has written; the store must be empty. */
    public void read(DataInputStream in) throws IOException {
        hashKey = readBytes(in);
        recent.read(in);
        past.read(in);
        int custodianCount = in.readInt();
        for (int i = 0; i < custodianCount; i++) {
            custodians.add(Custodian.parse(in.readUTF()));
        }
        byte parts = in.readByte();
        if ((parts & WITH_CHECKPOINT) != 0) {
            checkpoint = CorrelatorCheckpoint.read(readBytes(in));
        }
        int decoyCount = (parts & WITH_DECOYS) != 0 ? in.readInt() : 0;
        for (int i = 0; i < decoyCount; i++) {
            decoys.put(in.readLong(), in.readLong());
        }
    }

    private static void writeBytes(DataOutputStream out, byte[] bytes) throws IOException {
        out.writeInt(bytes.length);
        out.write(bytes);
    }

    private static byte[] readBytes(DataInputStream in) throws IOException {
        byte[] bytes = new byte[in.readInt()];
        in.readFully(bytes);
        return bytes;
    }
}
