package io.leaktrace.topology;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.BiConsumer;
import java.util.function.Function;

/** A {@link ByteStore} in memory that can be written to a file as a whole. */
public final class InMemoryByteStore<K> implements ByteStore<K> {

    private final TreeMap<K, byte[]> entries = new TreeMap<>();

    @Override
    public byte[] get(K key) {
        return entries.get(key);
    }

    @Override
    public void put(K key, byte[] value) {
        entries.put(key, value);
    }

    @Override
    public void delete(K key) {
        entries.remove(key);
    }

    @Override
    public void forEach(BiConsumer<K, byte[]> receiver) {
        entries.forEach(receiver);
    }

    /** Writes all entries. */
    public void write(DataOutputStream out) throws IOException {
        out.writeInt(entries.size());
        for (Map.Entry<K, byte[]> entry : entries.entrySet()) {
            out.writeUTF(entry.getKey().toString());
            writeBytes(out, entry.getValue());
        }
    }

    /** Adds the entries that {@link #write} has written; {@code key} parses keys. */
    public void read(DataInputStream in, Function<String, K> key) throws IOException {
        int count = in.readInt();
        for (int i = 0; i < count; i++) {
            K read = key.apply(in.readUTF());
            entries.put(read, readBytes(in));
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
