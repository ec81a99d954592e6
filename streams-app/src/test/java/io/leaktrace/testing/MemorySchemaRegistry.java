package io.leaktrace.testing;

import io.leaktrace.wire.SchemaRegistry;
import io.leaktrace.wire.Schemas;
import io.leaktrace.wire.UnknownSchemaException;
import io.leaktrace.wire.WireDeserializer;
import io.leaktrace.wire.WireFormat;
import io.leaktrace.wire.WireSerializer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.avro.Schema;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.serialization.Serializer;

/** A registry in memory, for tests of single steps; the real one is tested with the real broker. */
public final class MemorySchemaRegistry implements SchemaRegistry {

    /** One for all serializers, which are made by their class names. */
    private static final MemorySchemaRegistry SHARED = new MemorySchemaRegistry();

    private final List<Schema> schemas = new ArrayList<>();

    /** Our wire format with this registry behind it. */
    public static WireFormat wireFormat() {
        return new WireFormat(MemorySerializer.class.getName(), MemoryDeserializer.class.getName(), Map.of());
    }

    @Override
    public synchronized int register(String subject, Schema schema) {
        Schema registered = Schemas.registered(schema);
        if (!schemas.contains(registered)) {
            schemas.add(registered);
        }
        return schemas.indexOf(registered) + 1;
    }

    @Override
    public synchronized Schema byId(int id) {
        if (id < 1 || id > schemas.size()) {
            throw new UnknownSchemaException(id);
        }
        return schemas.get(id - 1);
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
