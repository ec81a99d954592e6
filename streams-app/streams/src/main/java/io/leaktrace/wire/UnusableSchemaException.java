package io.leaktrace.wire;

import org.apache.kafka.common.errors.SerializationException;

/** The registry has the schema that a record names, but records cannot be read with it. */
public class UnusableSchemaException extends SerializationException {

    private static final long serialVersionUID = 1;

    /**
     * @param name of the schema, such as "schema id 7"
     * @param reason why it cannot be used
     */
    public UnusableSchemaException(String name, String reason) {
        super(name + " cannot be used: " + reason);
    }
}
