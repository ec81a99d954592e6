package io.leaktrace.wire;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.avro.NameValidator;
import org.apache.avro.Schema;

/** Schemas of ours as others are to see them, and those of others as we read with them. */
public final class Schemas {

    /** Deeper ones overflow the stack, in parsing or later. */
    private static final int DEEPEST = 200;

    /** Number of types of a schema with every named type written out; more of them would fill the heap. */
    private static final int LARGEST = 10_000;

    private static final ObjectMapper JSON = new ObjectMapper(JsonFactory.builder()
            .streamReadConstraints(
                    StreamReadConstraints.builder().maxNestingDepth(DEEPEST).build())
            .build());

    private Schemas() {}

    /** The schema without what is of interest to Java alone. */
    public static Schema registered(Schema schema) {
        return parse(List.of(), schema.toString());
    }

    /**
     * A writer's schema, read as leniently as Avro can: neither names nor defaults are checked, since reading needs
     * neither. Properties that name Java classes are taken out.
     *
     * @param name for messages, such as "schema id 7"
     * @param references texts of the schemas it refers to, each after those it refers to itself
     * @throws UnusableSchemaException if it is no Avro schema, or one that takes too much memory to read with
     */
    static Schema ofWriter(String name, List<String> references, String text) {
        try {
            Schema schema = parse(references, text);
            if (size(schema, new HashMap<>()) > LARGEST) {
                throw new UnusableSchemaException(name, "it has more than " + LARGEST + " types");
            }
            return schema;
        } catch (UnusableSchemaException e) {
            throw e;
        } catch (EmptyTypeException e) {
            throw new UnusableSchemaException(name, e.getMessage());
        } catch (RuntimeException e) {
            throw new UnusableSchemaException(name, "Avro cannot parse it: " + Excerpt.of(e.getMessage()));
        } catch (StackOverflowError e) {
            throw new UnusableSchemaException(name, "it is nested too deeply");
        }
    }

    private static Schema parse(List<String> references, String text) {
        Schema.Parser parser = new Schema.Parser(NameValidator.NO_VALIDATION).setValidateDefaults(false);
        references.forEach(reference -> parser.parse(withoutJava(reference)));
        return parser.parse(withoutJava(text));
    }

    private static String withoutJava(String text) {
        try {
            JsonNode tree = JSON.readTree(text);
            strip(tree);
            return tree.toString();
        } catch (JsonProcessingException e) {
            // Its message without the place, which quotes the source.
            throw new IllegalArgumentException(e.getOriginalMessage(), e);
        }
    }

    private static void strip(JsonNode node) {
        if (node instanceof ObjectNode object) {
            object.remove(List.of("avro.java.string", "java-class", "java-element-class", "java-key-class"));
        }
        node.forEach(Schemas::strip);
    }

    /** A type whose values take no bytes: a few bytes could claim any number of them. */
    private static final class EmptyTypeException extends RuntimeException {
        private static final long serialVersionUID = 1;

        EmptyTypeException(Schema schema) {
            super("it has a type whose values take no bytes (" + schema.getFullName()
                    + "); Leaktrace accepts null only " + "as one of several types of a field");
        }
    }

    /**
     * Number of types in a schema with every named type written out.
     *
     * @param known sizes of the named types so far; those that are being counted are 1
     */
    private static long size(Schema schema, Map<String, Long> known) {
        switch (schema.getType()) {
            case RECORD -> {
                Long size = known.get(schema.getFullName());
                if (size != null) {
                    return size;
                }
                if (schema.getFields().isEmpty()) {
                    throw new EmptyTypeException(schema);
                }
                known.put(schema.getFullName(), 1L);
                long sum = 1;
                for (Schema.Field field : schema.getFields()) {
                    sum = Math.min(Integer.MAX_VALUE, sum + size(field.schema(), known));
                }
                known.put(schema.getFullName(), sum);
                return sum;
            }
            case ARRAY -> {
                return 1 + size(schema.getElementType(), known);
            }
            case MAP -> {
                return 1 + size(schema.getValueType(), known);
            }
            case UNION -> {
                long sum = 1;
                for (Schema branch : schema.getTypes()) {
                    sum += branch.getType() == Schema.Type.NULL ? 1 : size(branch, known);
                }
                return sum;
            }
            case NULL -> throw new EmptyTypeException(schema);
            case FIXED -> {
                if (schema.getFixedSize() == 0) {
                    throw new EmptyTypeException(schema);
                }
                return 1;
            }
            default -> {
                return 1;
            }
        }
    }
}
