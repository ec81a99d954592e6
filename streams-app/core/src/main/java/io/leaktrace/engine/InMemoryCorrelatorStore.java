package io.leaktrace.engine;

import io.leaktrace.correlate.BlockStore;
import io.leaktrace.correlate.CorrelatorStore;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.ObjLongConsumer;

/** A {@link CorrelatorStore} in memory that can be written to a file as a whole; it shares its blocks with the log. */
public final class InMemoryCorrelatorStore extends HeapCorrelatorStore {

    private final Blocks recent = new Blocks();
    private final Blocks past = new Blocks();

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
    public void write(DataOutputStream out) throws IOException {
        super.write(out);
        recent.write(out);
        past.write(out);
    }

    @Override
    public void read(DataInputStream in) throws IOException {
        super.read(in);
        recent.read(in);
        past.read(in);
    }
}
