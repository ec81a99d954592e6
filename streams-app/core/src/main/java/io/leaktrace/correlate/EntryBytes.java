package io.leaktrace.correlate;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import org.apache.commons.codec.digest.MurmurHash3;

/**
 * Reads and writes numbers in a byte array: big-endian longs and ints, and varints of 7 bits per byte, lowest first;
 * and computes hashes.
 */
final class EntryBytes {

    private static final VarHandle LONGS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);
    private static final VarHandle INTS = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.BIG_ENDIAN);

    private EntryBytes() {}

    static long longAt(byte[] bytes, int at) {
        return (long) LONGS.get(bytes, at);
    }

    static void putLong(byte[] bytes, int at, long value) {
        LONGS.set(bytes, at, value);
    }

    static int intAt(byte[] bytes, int at) {
        return (int) INTS.get(bytes, at);
    }

    static void putInt(byte[] bytes, int at, int value) {
        INTS.set(bytes, at, value);
    }

    /** Writes a varint and returns the offset after it. */
    static int putVarint(byte[] bytes, int at, long value) {
        int to = at;
        long rest = value;
        while ((rest & ~0x7FL) != 0) {
            bytes[to++] = (byte) (rest & 0x7F | 0x80);
            rest >>>= 7;
        }
        bytes[to++] = (byte) rest;
        return to;
    }

    /** Returns MurmurHash3 (32 bits, x86). */
    static int hash(byte[] bytes, int from, int length) {
        return MurmurHash3.hash32x86(bytes, from, length, 0);
    }

    static long zigzag(long value) {
        return value << 1 ^ value >> 63;
    }

    static long unzigzag(long value) {
        return value >>> 1 ^ -(value & 1);
    }
}
