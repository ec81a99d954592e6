package io.leaktrace.wire;

import io.leaktrace.domain.Custodian;
import io.leaktrace.domain.OrderEvent;
import io.leaktrace.domain.OrderEventType;
import io.leaktrace.domain.Role;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalLong;
import org.apache.avro.Schema;

/**
 * Reads order events from Avro binary straight into the domain's form, if they were written with the schema of this
 * version. There are far more of them than of anything else, and Avro's own reader costs three times as much; it
 * remains the way for all others, and for whatever seems odd here.
 *
 * <p>Not safe for use by several threads.
 */
final class OrderEventReader {

    private static final Schema READ = Schemas.registered(io.leaktrace.avro.OrderEvent.getClassSchema());
    private static final OrderEventType[] TYPES = OrderEventType.values();
    private static final Role[] ROLES = Role.values();

    /** A custodian stands in many orders, and is made once for as long as no other falls into its slot. */
    private static final int SLOTS = 1 << 14;

    private static final int MOST_CUSTODIANS = 1 << 12;

    private final byte[][] written = new byte[SLOTS][];
    private final Custodian[] custodians = new Custodian[SLOTS];

    private byte[] bytes;
    private int at;

    /** Whether what was written with this schema can be read here. */
    static boolean reads(Schema schema) {
        try {
            return Schemas.registered(schema).equals(READ);
        } catch (RuntimeException | StackOverflowError e) {
            // With all that it refers to, it is nested more deeply than can be written out; ours is not.
            return false;
        }
    }

    /** The order event that begins at this offset and ends with the bytes, or null if that is not for certain what it is. */
    OrderEvent read(byte[] data, int from) {
        bytes = data;
        at = from;
        try {
            String eventId = string();
            String orderId = string();
            String buyerId = string();
            OrderEventType type = TYPES[length()];
            Instant occurredAt = Instant.ofEpochMilli(number());
            List<Custodian> touching = custodians();
            return at == data.length ? new OrderEvent(eventId, orderId, buyerId, type, occurredAt, touching) : null;
        } catch (IndexOutOfBoundsException | IllegalArgumentException e) {
            return null;
        } finally {
            bytes = null;
        }
    }

    /** Event time of the order event that begins at this offset, in epoch milliseconds, or nothing. */
    OptionalLong time(byte[] data, int from) {
        bytes = data;
        at = from;
        try {
            skip(length());
            skip(length());
            skip(length());
            length();
            return OptionalLong.of(number());
        } catch (IndexOutOfBoundsException | IllegalArgumentException e) {
            return OptionalLong.empty();
        } finally {
            bytes = null;
        }
    }

    /** An array of one block and no sizes, as every writer of short arrays makes it. */
    private List<Custodian> custodians() {
        int count = length();
        if (count == 0) {
            return List.of();
        }
        Custodian[] read = new Custodian[Math.min(count, MOST_CUSTODIANS)];
        for (int i = 0; i < count; i++) {
            read[i] = custodian();
        }
        if (length() != 0) {
            throw new IllegalArgumentException("another block");
        }
        return Arrays.asList(read);
    }

    private Custodian custodian() {
        int start = at;
        Role role = ROLES[length()];
        int idLength = length();
        int idAt = at;
        skip(idLength);
        int slot = slot(start, at);
        byte[] there = written[slot];
        if (there == null || !Arrays.equals(there, 0, there.length, bytes, start, at)) {
            // First, since it may refuse.
            custodians[slot] = new Custodian(role, new String(bytes, idAt, idLength, StandardCharsets.UTF_8));
            written[slot] = Arrays.copyOfRange(bytes, start, at);
        }
        return custodians[slot];
    }

    private int slot(int from, int to) {
        int hash = 0;
        for (int i = from; i < to; i++) {
            hash = 31 * hash + bytes[i];
        }
        return (hash ^ hash >>> 16) & SLOTS - 1;
    }

    private String string() {
        int length = length();
        int from = at;
        skip(length);
        return new String(bytes, from, length, StandardCharsets.UTF_8);
    }

    private void skip(int length) {
        if (length > bytes.length - at) {
            throw new IndexOutOfBoundsException(length);
        }
        at += length;
    }

    /** A number that is not negative and no larger than an array. */
    private int length() {
        long length = number();
        if (length < 0 || length > bytes.length) {
            throw new IllegalArgumentException("no length");
        }
        return (int) length;
    }

    /** A zigzag varint, as the Avro specification has it under "Binary Encoding". */
    private long number() {
        long value = 0;
        for (int shift = 0; shift < Long.SIZE; shift += 7) {
            byte next = bytes[at++];
            value |= (next & 0x7FL) << shift;
            if (next >= 0) {
                return value >>> 1 ^ -(value & 1);
            }
        }
        throw new IllegalArgumentException("a number of more than 64 bits");
    }
}
