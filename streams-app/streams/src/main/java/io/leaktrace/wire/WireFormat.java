package io.leaktrace.wire;

import io.leaktrace.domain.Alert;
import io.leaktrace.domain.Audit;
import io.leaktrace.domain.Epoch;
import io.leaktrace.domain.Evidence;
import io.leaktrace.domain.Explanation;
import io.leaktrace.domain.Finding;
import io.leaktrace.domain.LeakVerdict;
import io.leaktrace.domain.OrderEvent;
import io.leaktrace.domain.ScamContact;
import io.leaktrace.domain.Suspect;
import java.lang.reflect.InvocationTargetException;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.OptionalLong;
import java.util.function.Function;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.serialization.Deserializer;
import org.apache.kafka.common.serialization.Serializer;

/**
 * Creates the serializers and deserializers of the topics' records: Avro, through configurable classes, so that
 * Confluent's own can replace ours. They are safe for use by several threads, as Kafka Streams requires, if the
 * configured classes are.
 */
public final class WireFormat {

    private final String serializerClass;
    private final String deserializerClass;
    private final Map<String, Object> config;
    /** Registry of our own serializers; null if they use the one in the configuration. */
    private final SchemaRegistry registry;

    /**
     * @param config settings of the serializers, {@code schema.registry.url} among them
     */
    public WireFormat(String serializerClass, String deserializerClass, Map<String, ?> config) {
        this(serializerClass, deserializerClass, config, null);
    }

    private WireFormat(
            String serializerClass, String deserializerClass, Map<String, ?> config, SchemaRegistry registry) {
        this.registry = registry;
        this.serializerClass = serializerClass;
        this.deserializerClass = deserializerClass;
        this.config = new HashMap<>(config);
        // For Confluent's deserializer, which returns generic records by default.
        this.config.put("specific.avro.reader", true);
    }

    /** Returns a copy whose own serializers retry at most this long if the registry gives no usable answer. */
    public WireFormat withRegistryPatience(Duration patience) {
        Map<String, Object> changed = new HashMap<>(config);
        changed.put(WireSerializer.PATIENCE_MILLIS, patience.toMillis());
        return new WireFormat(serializerClass, deserializerClass, changed, registry);
    }

    /** Returns our own serializers with this registry. */
    public static WireFormat leaktrace(String registryUrl) {
        return new WireFormat(
                WireSerializer.class.getName(),
                WireDeserializer.class.getName(),
                Map.of(RegistryConfig.URL, registryUrl));
    }

    /** Returns our own serializers with a registry in memory, for bytes that do not leave this process. */
    public static WireFormat local() {
        return new WireFormat(
                WireSerializer.class.getName(), WireDeserializer.class.getName(), Map.of(), new LocalSchemaRegistry());
    }

    public Serializer<Finding> findings() {
        return serializer(WireFormat::toAvro);
    }

    public Serializer<OrderEvent> orderEvents() {
        return serializer(AvroConversion::toAvro);
    }

    public Serializer<ScamContact> scamContacts() {
        return serializer(AvroConversion::toAvro);
    }

    public Serializer<LeakVerdict> leakVerdicts() {
        return serializer(AvroConversion::toAvro);
    }

    /** Returns the serializer of audit records: who resolved a pseudonym. */
    public Serializer<Audit> audits() {
        return serializer(AvroConversion::toAvro);
    }

    /**
     * Returns a deserializer of any of the topics' records to domain objects.
     *
     * <p>It throws a {@link SerializationException} with the reason if bytes cannot be read.
     */
    public Deserializer<Object> records() {
        Deserializer<Object> avro = configured(deserializerClass, Deserializer.class);
        return new Deserializer<>() {
            @Override
            public Object deserialize(String topic, byte[] data) {
                return deserialize(topic, new RecordHeaders(), data);
            }

            @Override
            public Object deserialize(String topic, Headers headers, byte[] data) {
                if (data == null) {
                    return null;
                }
                if ((Deserializer<?>) avro instanceof WireDeserializer wire) {
                    return wire.read(headers, data);
                }
                return WireDeserializer.converted(AvroConversion::fromAvro, avro.deserialize(topic, headers, data));
            }
        };
    }

    /** Returns a decoder of records that other systems write with schemas of their own. */
    public ForeignRecords foreignRecords() {
        return new ForeignRecords(
                registry != null
                        ? registry
                        : new HttpSchemaRegistry(RegistryConfig.of(config), HttpSchemaRegistry.PATIENCE));
    }

    /** Returns a reader of event times of order events that this version's {@link #orderEvents()} wrote. */
    public OrderEventTimes orderEventTimes() {
        Deserializer<?> avro = configured(deserializerClass, Deserializer.class);
        return avro instanceof WireDeserializer wire ? wire::timeOfOrderEvent : value -> OptionalLong.empty();
    }

    static SpecificRecord toAvro(Finding finding) {
        if (finding instanceof Suspect suspect) {
            return AvroConversion.toAvro(suspect);
        }
        if (finding instanceof Alert alert) {
            return AvroConversion.toAvro(alert);
        }
        if (finding instanceof Epoch epoch) {
            return AvroConversion.toAvro(epoch);
        }
        if (finding instanceof Evidence evidence) {
            return AvroConversion.toAvro(evidence);
        }
        return AvroConversion.toAvro((Explanation) finding);
    }

    private <T> Serializer<T> serializer(Function<T, SpecificRecord> toAvro) {
        Serializer<Object> avro = configured(serializerClass, Serializer.class);
        return (topic, record) -> record == null ? null : avro.serialize(topic, toAvro.apply(record));
    }

    @SuppressWarnings("unchecked")
    private <T> T configured(String className, Class<?> kind) {
        if (registry != null) {
            return (T) (kind == Serializer.class ? new WireSerializer(registry) : new WireDeserializer(registry));
        }
        try {
            Object made = Class.forName(className).getDeclaredConstructor().newInstance();
            if (!kind.isInstance(made)) {
                throw new IllegalArgumentException(className + " is not a " + kind.getSimpleName());
            }
            if (made instanceof Serializer<?> serializer) {
                serializer.configure(config, false);
            } else if (made instanceof Deserializer<?> deserializer) {
                deserializer.configure(config, false);
            }
            return (T) made;
        } catch (ClassNotFoundException e) {
            throw new IllegalArgumentException(
                    className + " is not on the class path; Confluent's come with the Maven profile 'confluent'", e);
        } catch (NoSuchMethodException | InstantiationException | IllegalAccessException e) {
            throw new IllegalArgumentException(className + " cannot be made: it needs a public constructor", e);
        } catch (InvocationTargetException e) {
            throw new IllegalArgumentException(className + " cannot be made: " + e.getCause(), e);
        }
    }
}
