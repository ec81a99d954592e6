package io.leaktrace.wire;

/** The registry has the schema that a record names, and it is no Avro schema. */
public final class OtherSchemaTypeException extends UnusableSchemaException {

    private static final long serialVersionUID = 1;

    private final String type;

    /**
     * @param name of the schema, such as "schema id 7"
     * @param type as the registry calls it, such as JSON
     */
    OtherSchemaTypeException(String name, String type) {
        super(name, "it is of type " + Excerpt.of(type) + ", not AVRO");
        this.type = type;
    }

    /** Returns the type as the registry calls it, such as JSON or PROTOBUF. */
    public String type() {
        return type;
    }
}
