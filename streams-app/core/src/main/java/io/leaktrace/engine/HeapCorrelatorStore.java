package io.leaktrace.engine;

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

/** A {@link CorrelatorStore} on the heap that can be written to a file as a whole, without its blocks. */
abstract class HeapCorrelatorStore implements CorrelatorStore {

    private static final int WITH_CHECKPOINT = 1;
    private static final int WITH_DECOYS = 2;

    private final List<Custodian> custodians = new ArrayList<>();
    private final TreeMap<Long, Long> decoys = new TreeMap<>();
    private byte[] hashKey;
    private CorrelatorCheckpoint checkpoint;

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

    /** Writes the content. */
    public void write(DataOutputStream out) throws IOException {
        writeBytes(out, hashKey);
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
    void read(DataInputStream in) throws IOException {
        hashKey = readBytes(in);
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

    static void writeBytes(DataOutputStream out, byte[] bytes) throws IOException {
        out.writeInt(bytes.length);
        out.write(bytes);
    }

    static byte[] readBytes(DataInputStream in) throws IOException {
        byte[] bytes = new byte[in.readInt()];
        in.readFully(bytes);
        return bytes;
    }
}
