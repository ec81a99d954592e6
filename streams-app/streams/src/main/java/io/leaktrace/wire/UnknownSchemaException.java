package io.leaktrace.wire;

import org.apache.kafka.common.errors.SerializationException;

/** The registry has no schema with the id that a record names. */
public class UnknownSchemaException extends SerializationException {

    private static final long serialVersionUID = 1;

    /** @param which schema, such as "id 7" */
    public UnknownSchemaException(String which) {
        super("the schema registry knows no schema with " + which);
    }
}
