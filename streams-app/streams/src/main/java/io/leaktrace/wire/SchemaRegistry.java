package io.leaktrace.wire;

import java.util.UUID;
import org.apache.avro.Schema;

/** The operations of a schema registry that Leaktrace uses. */
public interface SchemaRegistry {

    /**
     * Returns the id of a schema under a subject, and registers it if it is missing.
     *
     * @throws org.apache.kafka.common.errors.SerializationException if the registry rejects the schema
     * @throws RegistryUnavailableException if the registry gives no usable answer
     */
    int register(String subject, Schema schema);

    /**
     * Returns the schema with this id.
     *
     * @throws UnknownSchemaException if the registry answers that it has none
     * @throws UnusableSchemaException if records cannot be read with it
     * @throws RegistryUnavailableException if the registry gives no usable answer
     */
    Schema byId(int id);

    /**
     * Returns the schema with this globally unique id, as in headers of Confluent's version 8; throws as {@link #byId}.
     */
    Schema byGuid(UUID guid);
}
