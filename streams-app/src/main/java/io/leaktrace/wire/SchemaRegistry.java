package io.leaktrace.wire;

import org.apache.avro.Schema;

/** What Leaktrace needs of a schema registry. */
public interface SchemaRegistry {

    /** Registers a schema under a subject, unless it is there, and gives its id. */
    int register(String subject, Schema schema);

    /**
     * The schema with this id.
     *
     * @throws UnknownSchemaException if the registry has none
     * @throws RegistryUnavailableException if the registry does not answer
     */
    Schema byId(int id);
}
