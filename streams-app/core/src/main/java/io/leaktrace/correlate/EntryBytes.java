package io.leaktrace.correlate;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import org.apache.commons.codec.digest.MurmurHash3;

/**
 * Reads and writes numbers in a byte array: big-endian longs and ints, and varints of 7 bits per byte, lowest first;
 * and computes hashes.
 */
final class EntryBytes {

    private static final VarHandle LONGS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);
    private static final VarHandle INTS = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.BIG_ENDIAN);

    /** Maximum number of digits of a number that is stored as a long. */
    static final int MAX_DIGITS = 18;

    /** Maximum number of bytes of a UTF-16 code unit in UTF-8. */
    static final long MAX_UTF8_BYTES = 3;

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

    /**
     * Writes the id of an order and returns the offset after it: a varint with twice the number of bytes of its text, plus
     * 1 if a number follows; the text in UTF-8; and as a varint the number with which the id ends, if it does.
     */
    static int putOrderId(byte[] bytes, int at, byte[] id) {
        int digits = 0;
        while (digits < Math.min(id.length, MAX_DIGITS) && isDigit(id[id.length - 1 - digits])) {
            digits++;
        }
        int text = id.length - digits;
        // A number has no leading zeros.
        while (text < id.length && id[text] == '0') {
            text++;
        }
        boolean endsInNumber = text < id.length;
        int to = putVarint(bytes, at, 2L * text + (endsInNumber ? 1 : 0));
        System.arraycopy(id, 0, bytes, to, text);
        to += text;
        if (!endsInNumber) {
            return to;
        }
        long number = 0;
        for (int i = text; i < id.length; i++) {
            number = 10 * number + id[i] - '0';
        }
        return putVarint(bytes, to, number);
    }

    /** Writes the digits of a number that is not negative and returns the offset after them. */
    static int putDecimal(byte[] bytes, int at, long number) {
        int end = at + 1;
        for (long rest = number / 10; rest > 0; rest /= 10) {
            end++;
        }
        long rest = number;
        for (int i = end - 1; i >= at; i--) {
            bytes[i] = (byte) ('0' + rest % 10);
            rest /= 10;
        }
        return end;
    }

    private static boolean isDigit(byte character) {
        return character >= '0' && character <= '9';
    }

    /** Returns MurmurHash3 (32 bits, x86). */
    static int hash(byte[] bytes, int from, int length) {
        return MurmurHash3.hash32x86(bytes, from, length, 0);
    }

    /** Returns the length of a text in UTF-8. */
    static int utf8Bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8).length;
    }

    static long zigzag(long value) {
        return value << 1 ^ value >> 63;
    }

    static long unzigzag(long value) {
        return value >>> 1 ^ -(value & 1);
    }
}
