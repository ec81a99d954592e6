package io.leaktrace.sources;

import io.leaktrace.domain.BadRecordException;
import io.leaktrace.domain.InputRecord;
import io.leaktrace.fields.OrderEventFields;
import io.leaktrace.fields.ScamContactFields;
import io.leaktrace.fields.TimeReader;
import io.leaktrace.privacy.Pseudonyms;
import io.leaktrace.wire.ForeignRecords;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.apache.avro.generic.GenericRecord;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.header.Headers;

/**
 * A topic that another system writes in its own form, read as order events or scam contacts by a mapping. Safe for use
 * by several threads.
 */
public final class SourceTopic {

    private final SourceMapping mapping;
    private final ForeignRecords records;
    private final Pseudonyms pseudonyms;
    private final boolean usesKey;

    /** They count what they read, and so are used by one thread each. */
    private final ThreadLocal<Readers> readers = ThreadLocal.withInitial(Readers::new);

    private final class Readers {
        private final TimeReader times = new TimeReader(
                mapping.zone(),
                "name its form in the mapping, as in " + mapping.topic() + ".FIELD.format = dd/MM/yyyy HH:mm");

        private final OrderEventFields orders = new OrderEventFields(times);
        private final ScamContactFields contacts = new ScamContactFields(times, pseudonyms);

        InputRecord read(SourceValues values) throws BadRecordException {
            return mapping.isOrders() ? pseudonyms.of(orders.read(values)) : contacts.read(values);
        }

        List<BadRecordException> problems(SourceValues values) {
            return mapping.isOrders() ? orders.problems(values) : contacts.problems(values);
        }
    }

    SourceTopic(SourceMapping mapping, ForeignRecords records, Pseudonyms pseudonyms) {
        this.mapping = mapping;
        this.records = records;
        this.pseudonyms = pseudonyms;
        this.usesKey = mapping.usesKey();
    }

    /** Returns the name of the topic. */
    public String name() {
        return mapping.topic();
    }

    /** Returns whether its records become order events; otherwise they become scam contacts. */
    public boolean isOrders() {
        return mapping.isOrders();
    }

    /**
     * Returns a record of the topic as an order event or a scam contact, with pseudonyms if there is a key for them;
     * empty if the mapping leaves it out.
     *
     * @param key null for none
     * @param value null for none
     * @throws SerializationException if it does not map, with the reason and the path that failed
     * @throws io.leaktrace.wire.RegistryUnavailableException if the registry gives no usable answer
     */
    public Optional<InputRecord> read(Headers headers, byte[] key, byte[] value) {
        SourceRecord record = decoded(headers, key, value);
        if (!mapping.accepts(record)) {
            return Optional.empty();
        }
        if (value == null) {
            throw new SerializationException("the record has no value");
        }
        SourceValues values = new SourceValues(mapping.fields(), record);
        try {
            return Optional.of(readers.get().read(values));
        } catch (BadRecordException e) {
            throw new SerializationException(values.described(e));
        }
    }

    private SourceRecord decoded(Headers headers, byte[] key, byte[] value) {
        return new SourceRecord(
                part("value", () -> records.read(headers, value, false, mapping.valueForm())),
                part("key", () -> usesKey ? records.read(headers, key, true, mapping.keyForm()) : null),
                headers);
    }

    private interface Part {
        Object read();
    }

    private static Object part(String name, Part part) {
        try {
            return part.read();
        } catch (SerializationException e) {
            throw new SerializationException("the " + name + " cannot be read: " + e.getMessage(), e);
        }
    }

    /**
     * What a record shows about the mapping. Lines of the mapping are given by their names.
     *
     * @param leftOut whether the mapping leaves it out
     * @param wrong lines whose path the schema of the record's value does not have, with the reason; null if it has no
     *     schema
     * @param failed lines whose field cannot be read, with the reason; empty if the record is left out
     * @param empty lines whose path leads to no value
     */
    public record Examined(boolean leftOut, Map<String, String> wrong, Map<String, String> failed, Set<String> empty) {}

    /** Examines a record; throws as {@link #read} if it cannot be decoded. */
    public Examined examine(Headers headers, byte[] key, byte[] value) {
        SourceRecord record = decoded(headers, key, value);
        Map<String, String> wrong = record.value() instanceof GenericRecord ? new TreeMap<>() : null;
        Map<String, String> failed = new TreeMap<>();
        Set<String> empty = new TreeSet<>();
        mapping.paths().forEach(line -> {
            FieldPath path = line.getValue();
            if (record.value() instanceof GenericRecord fields) {
                path.problemIn(fields.getSchema()).ifPresent(problem -> wrong.put(line.getKey(), problem));
            }
            Object found = path.of(record);
            if (found == null || found instanceof Collection<?> several && several.isEmpty()) {
                empty.add(line.getKey() + " = " + path);
            }
        });
        boolean leftOut = !mapping.accepts(record);
        if (!leftOut) {
            SourceValues values = new SourceValues(mapping.fields(), record);
            readers.get()
                    .problems(values)
                    .forEach(problem -> failed.putIfAbsent(name() + "." + problem.field(), values.described(problem)));
        }
        return new Examined(leftOut, wrong, failed, empty);
    }
}
