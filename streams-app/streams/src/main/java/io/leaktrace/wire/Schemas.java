package io.leaktrace.wire;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.avro.NameValidator;
import org.apache.avro.Schema;

/** Prepares schemas: our own for registration, those of other writers for reading. */
public final class Schemas {

    /** Maximum nesting depth; deeper schemas overflow the stack, in parsing or later. */
    private static final int MAX_DEPTH = 200;

    /** Maximum number of types of a schema with every named type written out; more would fill the heap. */
    private static final int MAX_TYPES = 10_000;

    private static final ObjectMapper JSON = new ObjectMapper(JsonFactory.builder()
            .streamReadConstraints(
                    StreamReadConstraints.builder().maxNestingDepth(MAX_DEPTH).build())
            .build());

    static {
        // Whoever reads a record comes by here first, also those who read internal records only.
        AvroLimits.set();
    }

    private Schemas() {}

    /**
     * Returns the schema of a record as a release wrote it; null if the release had no such record.
     *
     * @param name of the record, without namespace
     */
    static Schema released(String release, String name) {
        String resource = "/released/" + release + "/" + name + ".avsc";
        try (InputStream schema = io.leaktrace.avro.OrderEvent.class.getResourceAsStream(resource)) {
            return schema == null ? null : new Schema.Parser().parse(schema);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + resource, e);
        }
    }

    /** Returns the schema without properties that concern only Java. */
    public static Schema registered(Schema schema) {
        return parse(List.of(), schema.toString());
    }

    /**
     * Parses a writer's schema as leniently as Avro can: names and defaults are not checked, since reading does not
     * need them. Properties that name Java classes are removed.
     *
     * @param name for messages, such as "schema id 7"
     * @param references texts of the schemas it refers to, each after its own references
     * @throws UnusableSchemaException if it is no Avro schema, or if reading with it could take too much memory
     */
    static Schema ofWriter(String name, List<String> references, String text) {
        try {
            Schema schema = parse(references, text);
            if (size(schema, new HashMap<>(), new HashSet<>()) > MAX_TYPES) {
                throw new UnusableSchemaException(name, "it has more than " + MAX_TYPES + " types");
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
            // Without the location, which quotes the source.
            throw new IllegalArgumentException(e.getOriginalMessage(), e);
        }
    }

    private static void strip(JsonNode node) {
        if (node instanceof ObjectNode object) {
            object.remove(List.of("avro.java.string", "java-class", "java-element-class", "java-key-class"));
        }
        node.forEach(Schemas::strip);
    }

    /** A type with which a few bytes of input could claim any amount of memory. */
    private static final class HarmfulTypeException extends RuntimeException {
        private static final long serialVersionUID = 1;

        private HarmfulTypeException(String message) {
            super(message);
        }

        /** Returns the exception for a type whose values take no bytes: a few bytes could claim any number of them. */
        static HarmfulTypeException empty(Schema schema) {
            return new HarmfulTypeException("it has a type whose values take no bytes (" + schema.getFullName()
                    + "); Leaktrace accepts null only as one of several types of a field");
        }
    }

    /**
     * Returns the number of types in a schema with every named type written out.
     *
     * @param known sizes of the named types so far; 1 for those being counted
     * @param finite names of the records whose values are known to be finite
     */
    private static long size(Schema schema, Map<String, Long> known, Set<String> finite) {
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
                requireFinite(schema, finite, new HashSet<>());
                long sum = 1;
                for (Schema.Field field : schema.getFields()) {
                    sum = Math.min(Integer.MAX_VALUE, sum + size(field.schema(), known, finite));
                }
                known.put(schema.getFullName(), sum);
                return sum;
            }
            case ARRAY -> {
                return 1 + size(schema.getElementType(), known, finite);
            }
            case MAP -> {
                return 1 + size(schema.getValueType(), known, finite);
            }
            case UNION -> {
                long sum = 1;
                for (Schema branch : schema.getTypes()) {
                    sum += branch.getType() == Schema.Type.NULL ? 1 : size(branch, known, finite);
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
     * Checks that no value of the record must contain itself: Avro would skip it for ever without reading a byte.
     *
     * @param open names of the enclosing records with no array, map or union in between
     */
    private static void requireFinite(Schema schema, Set<String> finite, Set<String> open) {
        String name = schema.getFullName();
        if (schema.getType() != Schema.Type.RECORD || finite.contains(name)) {
            return;
        }
        if (!open.add(name)) {
            throw new HarmfulTypeException("a value of " + Excerpt.of(name) + " holds another one without end");
        }
        schema.getFields().forEach(field -> requireFinite(field.schema(), finite, open));
        finite.add(name);
    }
}
