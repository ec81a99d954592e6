package io.leaktrace.wire;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
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
            if (size(schema, new HashMap<>(), new HashSet<>()) > LARGEST) {
                throw new UnusableSchemaException(name, "it has more than " + LARGEST + " types");
            }
            return schema;
        } catch (UnusableSchemaException e) {
            throw e;
        } catch (HarmfulTypeException e) {
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

    /** A type of which a few bytes could take any amount of memory. */
    private static final class HarmfulTypeException extends RuntimeException {
        private static final long serialVersionUID = 1;

        private HarmfulTypeException(String message) {
            super(message);
        }

        /** Of a type whose values take no bytes: a few bytes could claim any number of them. */
        static HarmfulTypeException empty(Schema schema) {
            return new HarmfulTypeException("it has a type whose values take no bytes (" + schema.getFullName()
                    + "); Leaktrace accepts null only as one of several types of a field");
        }
    }

    /**
     * Number of types in a schema with every named type written out.
     *
     * @param known sizes of the named types so far; those that are being counted are 1
     * @param ending names of the records whose values are known to end
     */
    private static long size(Schema schema, Map<String, Long> known, Set<String> ending) {
        switch (schema.getType()) {
            case RECORD -> {
                Long size = known.get(schema.getFullName());
                if (size != null) {
                    return size;
                }
                if (schema.getFields().isEmpty()) {
                    throw HarmfulTypeException.empty(schema);
                }
                known.put(schema.getFullName(), 1L);
                requireEnd(schema, ending, new HashSet<>());
                long sum = 1;
                for (Schema.Field field : schema.getFields()) {
                    sum = Math.min(Integer.MAX_VALUE, sum + size(field.schema(), known, ending));
                }
                known.put(schema.getFullName(), sum);
                return sum;
            }
            case ARRAY -> {
                return 1 + size(schema.getElementType(), known, ending);
            }
            case MAP -> {
                return 1 + size(schema.getValueType(), known, ending);
            }
            case UNION -> {
                long sum = 1;
                for (Schema branch : schema.getTypes()) {
                    sum += branch.getType() == Schema.Type.NULL ? 1 : size(branch, known, ending);
                }
                return sum;
            }
            case NULL -> throw HarmfulTypeException.empty(schema);
            case FIXED -> {
                if (schema.getFixedSize() == 0) {
                    throw HarmfulTypeException.empty(schema);
                }
                return 1;
            }
            default -> {
                return 1;
            }
        }
    }

    /**
     * Makes sure that no value of the record holds another one, and so on: Avro would skip it for ever, without
     * reading a byte.
     *
     * @param open names of the records around this one with no array, map or union between
     */
    private static void requireEnd(Schema schema, Set<String> ending, Set<String> open) {
        String name = schema.getFullName();
        if (schema.getType() != Schema.Type.RECORD || ending.contains(name)) {
            return;
        }
        if (!open.add(name)) {
            throw new HarmfulTypeException("a value of " + Excerpt.of(name) + " holds another one without end");
        }
        schema.getFields().forEach(field -> requireEnd(field.schema(), ending, open));
        ending.add(name);
    }
}
