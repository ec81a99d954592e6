package io.leaktrace.wire;

import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.apache.avro.Schema;

/** A schema registry in the memory of this process. */
public final class LocalSchemaRegistry implements SchemaRegistry {

    private final List<Schema> schemas = new ArrayList<>();

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
            throw new UnknownSchemaException("id " + id);
        }
        return schemas.get(id - 1);
    }

    @Override
    public Schema byGuid(UUID guid) {
        throw new UnknownSchemaException("guid " + guid);
    }
}
