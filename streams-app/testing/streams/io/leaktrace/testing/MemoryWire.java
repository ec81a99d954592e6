package io.leaktrace.testing;

import io.leaktrace.wire.LocalSchemaRegistry;
import io.leaktrace.wire.SchemaRegistry;
import io.leaktrace.wire.WireDeserializer;
import io.leaktrace.wire.WireFormat;
import io.leaktrace.wire.WireSerializer;
import java.util.Map;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.serialization.Serializer;

/** Our wire format with a registry in memory, for tests of single steps; the real one is tested with the real broker. */
public final class MemoryWire {

    /** One for all serializers, which are made by their class names. */
    private static final SchemaRegistry SHARED = new LocalSchemaRegistry();

    private MemoryWire() {}

    public static WireFormat format() {
        return new WireFormat(MemorySerializer.class.getName(), MemoryDeserializer.class.getName(), Map.of());
    }

    /** Made by its name. */
    public static final class MemorySerializer implements Serializer<SpecificRecord> {
        private final WireSerializer wire = new WireSerializer(SHARED);

        public MemorySerializer() {}

        @Override
        public byte[] serialize(String topic, SpecificRecord record) {
            return wire.serialize(topic, record);
        }
    }

    /** Made by its name. */
    public static final class MemoryDeserializer extends WireDeserializer {

        public MemoryDeserializer() {
            super(SHARED);
        }
    }
}
