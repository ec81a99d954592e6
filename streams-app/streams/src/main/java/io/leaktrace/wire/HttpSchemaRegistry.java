package io.leaktrace.wire;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.leaktrace.wire.RegistryHttp.Answer;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import org.apache.avro.Schema;
import org.apache.kafka.common.errors.SerializationException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Client of the REST API of Confluent's schema registry, which other registries implement too. It caches schemas; for
 * one minute, it also caches that an id is unknown or that its schema cannot be used. Safe for use by several threads.
 */
public final class HttpSchemaRegistry implements SchemaRegistry {

    /** How long serializers retry if the registry gives no usable answer. */
    static final Duration PATIENCE = Duration.ofMinutes(1);

    private static final Logger LOG = LoggerFactory.getLogger(HttpSchemaRegistry.class);
    private static final ObjectMapper JSON = new ObjectMapper();

    private static final String COMPATIBILITY = "BACKWARD_TRANSITIVE";

    /** Levels that are replaced by {@link #COMPATIBILITY}; any other level is the operator's choice. */
    private static final Set<String> LESS_STRICT = Set.of("NONE", "BACKWARD");

    private static final long REJECTED_FOR_NANOS = Duration.ofMinutes(1).toNanos();
    private static final int MAX_REJECTED = 10_000;
    private static final int MAX_REFERENCES = 100;

    private final RegistryHttp http;
    private final boolean autoRegister;
    private final LongSupplier nanoClock;
    private final Map<Object, Schema> schemas = new ConcurrentHashMap<>();
    private final Map<Object, Rejected> rejected = new ConcurrentHashMap<>();
    private final Map<String, Integer> ids = new ConcurrentHashMap<>();
    private final AtomicBoolean compatibilityWarned = new AtomicBoolean();

    private record Rejected(SerializationException reason, long at) {}

    /** @param patience how long requests are retried if the registry gives no usable answer */
    public HttpSchemaRegistry(RegistryConfig config, Duration patience) {
        this(config, patience, System::nanoTime);
    }

    HttpSchemaRegistry(RegistryConfig config, Duration patience, LongSupplier nanoClock) {
        this.http = new RegistryHttp(config, patience);
        this.autoRegister = config.autoRegister();
        this.nanoClock = nanoClock;
    }

    /** Registers the schema, or looks it up if auto-registration is disabled. */
    @Override
    public int register(String subject, Schema schema) {
        String text = Schemas.registered(schema).toString();
        String key = subject + " " + text;
        Integer known = ids.get(key);
        if (known != null) {
            return known;
        }
        String body = JSON.createObjectNode().put("schema", text).toString();
        int id = autoRegister ? registerNow(subject, body) : lookUp(subject, body);
        ids.put(key, id);
        return id;
    }

    private int registerNow(String subject, String body) {
        Answer answer = http.ask(
                "POST",
                "/subjects/" + encode(subject) + "/versions",
                body,
                "id for the schema of " + subject,
                okWith(HttpSchemaRegistry::hasId).or(HttpSchemaRegistry::isAboutTheSchema));
        if (!answer.isOk()) {
            throw new SerializationException("the schema registry rejects the schema of " + subject + " ("
                    + answer.reason() + "); is there an incompatible one under that name?");
        }
        return answer.body().get("id").intValue();
    }

    private int lookUp(String subject, String body) {
        Answer answer = http.ask(
                "POST",
                "/subjects/" + encode(subject),
                body,
                "id for the schema of " + subject,
                okWith(HttpSchemaRegistry::hasId).or(Answer::isUnknown).or(HttpSchemaRegistry::isAboutTheSchema));
        if (!answer.isOk()) {
            throw new SerializationException("the schema registry does not have this version's schema under " + subject
                    + " (" + answer.reason() + "), and registry.auto.register is false; register "
                    + "it: 'leaktrace topics --create'");
        }
        return answer.body().get("id").intValue();
    }

    /** 409: incompatible with an older version; 422: not a valid schema. */
    private static boolean isAboutTheSchema(Answer answer) {
        return (answer.status() == 409 || answer.status() == 422)
                && answer.body().has("error_code");
    }

    private static boolean hasId(JsonNode body) {
        JsonNode id = body.path("id");
        return id.isIntegralNumber() && id.canConvertToInt() && id.intValue() >= 0;
    }

    private static final String GUIDS = "/schemas/guids/";

    private static Predicate<Answer> okWith(Predicate<JsonNode> complete) {
        return answer -> answer.isOk() && complete.test(answer.body());
    }

    @Override
    public Schema byId(int id) {
        return schema(id, "/schemas/ids/" + id, "id " + id);
    }

    @Override
    public Schema byGuid(UUID guid) {
        return schema(guid, GUIDS + guid, "guid " + guid);
    }

    private Schema schema(Object key, String path, String which) {
        Schema known = schemas.get(key);
        if (known != null) {
            return known;
        }
        Rejected before = rejected.get(key);
        if (before != null && nanoClock.getAsLong() - before.at() < REJECTED_FOR_NANOS) {
            throw before.reason();
        }
        try {
            Schema schema = fetch(path, which);
            schemas.put(key, schema);
            return schema;
        } catch (SerializationException e) {
            if (rejected.size() >= MAX_REJECTED) {
                rejected.clear();
            }
            rejected.put(key, new Rejected(e, nanoClock.getAsLong()));
            throw e;
        }
    }

    private Schema fetch(String path, String which) {
        String name = "schema " + which;
        boolean byGuid = path.startsWith(GUIDS);
        Answer answer = http.ask(
                "GET",
                path,
                null,
                name,
                okWith(HttpSchemaRegistry::hasSchema)
                        .or(Answer::isUnknown)
                        // Registries without this path answer with 404 or 405 and various bodies: do not retry.
                        .or(other -> byGuid && (other.status() == 404 || other.status() == 405)));
        if (!answer.isOk() && !answer.isUnknown()) {
            throw new UnusableSchemaException(name, "this registry does not look up schemas by guid");
        }
        if (!answer.isOk()) {
            throw new UnknownSchemaException(which);
        }
        requireAvro(answer, name);
        List<String> references = new ArrayList<>();
        addReferences(answer.body(), name, new LinkedHashSet<>(), references);
        return Schemas.ofWriter(name, references, answer.body().get("schema").asText());
    }

    private static boolean hasSchema(JsonNode body) {
        return body.path("schema").isTextual();
    }

    private static void requireAvro(Answer answer, String name) {
        String type = answer.body().path("schemaType").asText("AVRO");
        if (!type.equals("AVRO")) {
            throw new OtherSchemaTypeException(name, type);
        }
    }

    /** Adds the texts of all schemas that a schema refers to, each after its own references. */
    private void addReferences(JsonNode body, String name, Set<String> seen, List<String> texts) {
        for (JsonNode reference : body.path("references")) {
            String subject = reference.path("subject").asText();
            String version = reference.path("version").asText();
            if (!seen.add(subject + " " + version)) {
                continue;
            }
            if (seen.size() > MAX_REFERENCES) {
                throw new UnusableSchemaException(name, "it refers to more than " + MAX_REFERENCES + " schemas");
            }
            Answer answer = http.ask(
                    "GET",
                    "/subjects/" + encode(subject) + "/versions/" + encode(version),
                    null,
                    name + ", which refers to version " + version + " of " + subject,
                    okWith(HttpSchemaRegistry::hasSchema).or(Answer::isUnknown));
            if (!answer.isOk()) {
                throw new UnusableSchemaException(
                        name,
                        "it refers to version " + version + " of " + subject + ", which the registry does not have");
            }
            requireAvro(answer, name);
            addReferences(answer.body(), name, seen, texts);
            texts.add(answer.body().get("schema").asText());
        }
    }

    /**
     * Sets the compatibility of a subject to {@code BACKWARD_TRANSITIVE}, if its level is weaker. If the registry
     * rejects this, a warning is logged and the level stays. If auto-registration is disabled, nothing is done.
     */
    public void requireCompatibility(String subject) {
        if (!autoRegister) {
            return;
        }
        String path = "/config/" + encode(subject);
        String level = compatibility(path, subject);
        if (level.isEmpty()) {
            level = compatibility("/config", subject);
        }
        if (!level.isEmpty() && !LESS_STRICT.contains(level)) {
            return;
        }
        ObjectNode body = JSON.createObjectNode().put("compatibility", COMPATIBILITY);
        Answer answer = http.ask(
                "PUT",
                path,
                body.toString(),
                "compatibility of " + subject,
                answered -> answered.isOk() || answered.isRejected());
        if (!answer.isOk() && !compatibilityWarned.getAndSet(true)) {
            LOG.warn(
                    "The schema registry does not let Leaktrace set the compatibility of {} and other subjects ({}); it "
                            + "stays {}. {} is recommended.",
                    subject,
                    answer.reason(),
                    level.isEmpty() ? "unknown" : level,
                    COMPATIBILITY);
        }
    }

    /** Returns the level that is set at this path; empty if none is set or access is denied. */
    private String compatibility(String path, String subject) {
        Answer answer = http.ask(
                "GET",
                path,
                null,
                "compatibility of " + subject,
                okWith(body -> body.path("compatibilityLevel").isTextual()).or(Answer::isRejected));
        return answer.body().path("compatibilityLevel").asText();
    }

    /** Returns whether the registry answers; one request, without retries. */
    public boolean isReady() {
        return http.isReady();
    }

    private static String encode(String segment) {
        return URLEncoder.encode(segment, StandardCharsets.UTF_8).replace("+", "%20");
    }
}
