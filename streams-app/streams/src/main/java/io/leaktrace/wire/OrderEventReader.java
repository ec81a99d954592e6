package io.leaktrace.wire;

import io.leaktrace.domain.Custodian;
import io.leaktrace.domain.Field;
import io.leaktrace.domain.OrderCustodians;
import io.leaktrace.domain.OrderEvent;
import io.leaktrace.domain.OrderEventType;
import io.leaktrace.domain.Role;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import org.apache.avro.Schema;

/**
 * Decodes order events from Avro binary, if they were written with the schema of this version or with that of version
 * 0.1, without {@code saw}, {@code mark} and {@code decoy}. Order events are by far the most frequent records, and Avro's
 * reader takes three times the CPU time. All other records, and bytes that this class cannot decode, are left to Avro's
 * reader.
 *
 * <p>Not safe for use by several threads.
 */
final class OrderEventReader {

    /** Order events of this version, and of version 0.1. */
    enum Form {
        CURRENT(io.leaktrace.avro.OrderEvent.getClassSchema()),
        VERSION_0_1(Schemas.released("0.1.0", "OrderEvent"));

        private final Schema schema;

        Form(Schema schema) {
            this.schema = Schemas.registered(schema);
        }
    }

    private static final Field[] FIELDS = Field.values();
    private static final OrderEventType[] TYPES = OrderEventType.values();
    private static final Role[] ROLES = Role.values();

    /** Size of the cache of custodians, a power of two. Each slot holds the last custodian with its hash. */
    private static final int SLOTS = 1 << 14;

    private static final int MAX_CUSTODIANS = 1 << 12;

    private final byte[][] cachedBytes = new byte[SLOTS][];
    private final Custodian[] custodians = new Custodian[SLOTS];

    private byte[] bytes;
    private int at;
    /** The custodians of the current event with what they saw and their marks; null if none has either. */
    private OrderCustodians details;

    /** Returns the form of records of this schema; null if this class does not read them. */
    static Form form(Schema schema) {
        try {
            Schema registered = Schemas.registered(schema);
            for (Form form : Form.values()) {
                if (registered.equals(form.schema)) {
                    return form;
                }
            }
            return null;
        } catch (RuntimeException | StackOverflowError e) {
            // The schema is nested too deeply to be written out, so it differs from ours.
            return null;
        }
    }

    /** Returns the order event from this offset to the end of the data; null if the bytes do not decode as one. */
    OrderEvent read(byte[] data, int from, Form form) {
        bytes = data;
        at = from;
        try {
            String eventId = string();
            String orderId = string();
            String buyerId = string();
            OrderEventType type = TYPES[length()];
            Instant occurredAt = Instant.ofEpochMilli(number());
            List<Custodian> gained = custodians(form);
            boolean decoy = form == Form.CURRENT && !isNull() && isTrue();
            if (at != data.length) {
                return null;
            }
            return details == null
                    ? new OrderEvent(eventId, orderId, buyerId, type, occurredAt, gained, Map.of(), Map.of(), decoy)
                    : new OrderEvent(eventId, orderId, buyerId, type, occurredAt, details, decoy);
        } catch (IndexOutOfBoundsException | IllegalArgumentException e) {
            return null;
        } finally {
            bytes = null;
        }
    }

    /**
     * Returns the event time of the order event at this offset, in epoch milliseconds; empty if the bytes do not
     * decode.
     */
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

    /** Reads an array of a single block without block sizes, the form in which writers encode short arrays. */
    private List<Custodian> custodians(Form form) {
        details = null;
        int count = length();
        if (count == 0) {
            return List.of();
        }
        Custodian[] read = new Custodian[Math.min(count, MAX_CUSTODIANS)];
        for (int i = 0; i < count; i++) {
            read[i] = custodian();
            if (form == Form.CURRENT) {
                readDetails(read, i);
            }
        }
        if (length() != 0) {
            throw new IllegalArgumentException("another block");
        }
        return Arrays.asList(read);
    }

    /** Reads what the custodian of this number saw and its mark. */
    private void readDetails(Custodian[] read, int number) {
        Set<Field> saw = isNull() ? null : fields();
        String mark = isNull() ? null : string();
        if (details == null && (saw != null || mark != null)) {
            details = new OrderCustodians();
            for (int before = 0; before < number; before++) {
                details.add(read[before], null);
            }
        }
        if (details != null) {
            details.add(read[number], saw, mark);
        }
    }

    /** Reads the branch of a union of null and another type. */
    private boolean isNull() {
        int branch = length();
        if (branch > 1) {
            throw new IllegalArgumentException("no such branch");
        }
        return branch == 0;
    }

    private boolean isTrue() {
        byte written = bytes[at++];
        if (written != 0 && written != 1) {
            throw new IllegalArgumentException("no boolean");
        }
        return written == 1;
    }

    /** Reads an array of a single block, as {@link #custodians}. */
    private Set<Field> fields() {
        Set<Field> fields = EnumSet.noneOf(Field.class);
        int count = length();
        for (int i = 0; i < count; i++) {
            fields.add(FIELDS[length()]);
        }
        if (count > 0 && length() != 0) {
            throw new IllegalArgumentException("another block");
        }
        return fields;
    }

    private Custodian custodian() {
        int start = at;
        Role role = ROLES[length()];
        int idLength = length();
        int idAt = at;
        skip(idLength);
        int slot = slot(start, at);
        byte[] cached = cachedBytes[slot];
        if (cached == null || !Arrays.equals(cached, 0, cached.length, bytes, start, at)) {
            // Before the key is cached, since the constructor may throw.
            custodians[slot] = new Custodian(role, new String(bytes, idAt, idLength, StandardCharsets.UTF_8));
            cachedBytes[slot] = Arrays.copyOfRange(bytes, start, at);
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

    /** Reads a number that is neither negative nor larger than the data. */
    private int length() {
        long length = number();
        if (length < 0 || length > bytes.length) {
            throw new IllegalArgumentException("no length");
        }
        return (int) length;
    }

    /** Reads a zigzag varint; see the Avro specification, "Binary Encoding". */
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
