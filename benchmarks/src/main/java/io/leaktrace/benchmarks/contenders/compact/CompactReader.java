package io.leaktrace.benchmarks.contenders.compact;

import java.util.Arrays;

/**
 * Reads out of the bytes of an order event or a contact what the job needs, and nothing else: no objects, no strings,
 * no other version of the schema. That is what can be gained by hand, and what is given up for it.
 */
public final class CompactReader {

    private static final int HEADER_BYTES = 5;

    private byte[] bytes;
    private int at;

    private long buyer;
    private long time;
    private int[] custodians = new int[16];
    private int custodianCount;

    /** Hash of an order event's buyer; nothing else is read. */
    public long buyerOfOrder(byte[] value) {
        begin(value);
        skipString();
        skipString();
        return hashOfString();
    }

    /** Hash of a contact's buyer; nothing else is read. */
    public long buyerOfContact(byte[] value) {
        begin(value);
        skipString();
        return hashOfString();
    }

    /** Reads an order event; its custodians get their numbers. */
    public void readOrder(byte[] value, CustodianNumbers numbers) {
        begin(value);
        skipString();
        skipString();
        buyer = hashOfString();
        number();
        time = number();
        custodianCount = 0;
        for (long block = number(); block != 0; block = number()) {
            if (block < 0) {
                // A block that says its size in bytes too.
                number();
            }
            for (long i = Math.abs(block); i > 0; i--) {
                int role = (int) number();
                int length = (int) number();
                if (custodianCount == custodians.length) {
                    custodians = Arrays.copyOf(custodians, 2 * custodianCount);
                }
                custodians[custodianCount++] = numbers.numberOf(role, bytes, at, length);
                at += length;
                skipSaw();
                if (number() != 0) {
                    skipString();
                }
            }
        }
    }

    /** Skips the fields that a custodian saw: null, or an array of an enumeration. */
    private void skipSaw() {
        if (number() == 0) {
            return;
        }
        for (long block = number(); block != 0; block = number()) {
            if (block < 0) {
                number();
            }
            for (long i = Math.abs(block); i > 0; i--) {
                number();
            }
        }
    }

    /** Reads a contact. */
    public void readContact(byte[] value) {
        begin(value);
        skipString();
        buyer = hashOfString();
        time = number();
    }

    private void begin(byte[] value) {
        bytes = value;
        at = HEADER_BYTES;
    }

    private void skipString() {
        int length = (int) number();
        at += length;
    }

    private long hashOfString() {
        int length = (int) number();
        long hash = Hashes.of(bytes, at, length);
        at += length;
        return hash;
    }

    /** Avro's zigzag varint. */
    private long number() {
        long raw = 0;
        for (int shift = 0; ; shift += 7) {
            byte next = bytes[at++];
            raw |= (next & 0x7FL) << shift;
            if (next >= 0) {
                return raw >>> 1 ^ -(raw & 1);
            }
        }
    }

    /** Hash of the buyer of what was read last. */
    public long buyer() {
        return buyer;
    }

    /** When the order event occurred, or the contact happened. */
    public long time() {
        return time;
    }

    /** Numbers of the order event's custodians, the first {@link #custodianCount()} of them. */
    public int[] custodians() {
        return custodians;
    }

    public int custodianCount() {
        return custodianCount;
    }
}
