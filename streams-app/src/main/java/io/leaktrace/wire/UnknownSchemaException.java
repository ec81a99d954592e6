package io.leaktrace.wire;

import org.apache.kafka.common.errors.SerializationException;

/** The registry answers, and knows no schema with the id that a record names. */
public class UnknownSchemaException extends SerializationException {

    private static final long serialVersionUID = 1;

    public UnknownSchemaException(int id) {
        super("the schema registry knows no schema with id " + id);
    }
}
