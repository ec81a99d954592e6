package io.leaktrace.wire;

import java.util.UUID;
import org.apache.avro.Schema;

/** What Leaktrace needs of a schema registry. */
public interface SchemaRegistry {

    /**
     * Registers a schema under a subject, unless it is there, and returns its id.
     *
     * @throws org.apache.kafka.common.errors.SerializationException if the registry rejects the schema
     * @throws RegistryUnavailableException if the registry gives no usable answer
     */
    int register(String subject, Schema schema);

    /**
     * The schema with this id.
     *
     * @throws UnknownSchemaException if the registry surely has none
     * @throws UnusableSchemaException if records cannot be read with it
     * @throws RegistryUnavailableException if the registry gives no usable answer
     */
    Schema byId(int id);

    /** The schema with this globally unique id, as Confluent's version 8 writes it into headers; throws as the above. */
    Schema byGuid(UUID guid);
}
