package io.leaktrace.wire;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.avro.Schema;
import org.apache.kafka.common.errors.SerializationException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A client of the REST API of Confluent's schema registry, which other registries speak too. Answers are kept; a
 * registry that is away is asked again until the patience is over.
 */
public final class HttpSchemaRegistry implements SchemaRegistry {

    private static final Logger LOG = LoggerFactory.getLogger(HttpSchemaRegistry.class);
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String MEDIA_TYPE = "application/vnd.schemaregistry.v1+json";
    private static final Duration REQUEST_TIMEOUT = Duration.ofSeconds(10);
    private static final long PAUSE_MILLIS = 500;

    private final List<String> urls;
    private final Duration patience;
    private final HttpClient http =
            HttpClient.newBuilder().connectTimeout(REQUEST_TIMEOUT).build();
    private final Map<Integer, Schema> schemas = new ConcurrentHashMap<>();
    private final Map<String, Integer> ids = new ConcurrentHashMap<>();

    /**
     * @param urls addresses, separated by commas; each is tried in turn
     * @param patience how long a registry that does not answer is asked again
     */
    public HttpSchemaRegistry(String urls, Duration patience) {
        this.urls = List.of(urls.split("\\s*,\\s*"));
        this.patience = patience;
    }

    @Override
    public int register(String subject, Schema schema) {
        String text = Schemas.registered(schema).toString();
        return ids.computeIfAbsent(subject + " " + text, key -> {
            String body = JSON.createObjectNode().put("schema", text).toString();
            HttpResponse<String> response = ask("POST", "/subjects/" + encode(subject) + "/versions", body);
            if (response.statusCode() != 200) {
                throw new SerializationException(
                        "the schema registry refused the schema for subject " + subject + ": " + reason(response));
            }
            return parse(response.body()).get("id").intValue();
        });
    }

    @Override
    public Schema byId(int id) {
        Schema known = schemas.get(id);
        if (known != null) {
            return known;
        }
        HttpResponse<String> response = ask("GET", "/schemas/ids/" + id, null);
        if (response.statusCode() == 404) {
            throw new UnknownSchemaException(id);
        }
        if (response.statusCode() != 200) {
            throw new SerializationException(
                    "the schema registry gave no schema for id " + id + ": " + reason(response));
        }
        JsonNode answer = parse(response.body());
        if (answer.hasNonNull("schemaType")
                && !answer.get("schemaType").asText().equals("AVRO")) {
            throw new UnknownSchemaException(id);
        }
        Schema schema = new Schema.Parser().parse(answer.get("schema").asText());
        schemas.put(id, schema);
        return schema;
    }

    /** Sets the compatibility that new versions of a subject must keep. */
    public void setCompatibility(String subject, String level) {
        String body = JSON.createObjectNode().put("compatibility", level).toString();
        HttpResponse<String> response = ask("PUT", "/config/" + encode(subject), body);
        if (response.statusCode() != 200) {
            throw new SerializationException("the schema registry did not take compatibility " + level + " for "
                    + subject + ": " + reason(response));
        }
    }

    /** Whether the registry answers; it is asked once and not waited for. */
    public boolean isReady() {
        try {
            return http.send(request("GET", urls.get(0) + "/subjects", null), BodyHandlers.discarding())
                            .statusCode()
                    == 200;
        } catch (IOException e) {
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    private HttpResponse<String> ask(String method, String path, String body) {
        long start = System.nanoTime();
        boolean told = false;
        for (int attempt = 0; ; attempt++) {
            String url = urls.get(attempt % urls.size());
            String problem;
            Exception cause = null;
            try {
                HttpResponse<String> response = http.send(request(method, url + path, body), BodyHandlers.ofString());
                if (response.statusCode() < 500) {
                    return response;
                }
                problem = "it answers with status " + response.statusCode();
            } catch (IOException e) {
                problem = e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
                cause = e;
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new RegistryUnavailableException("interrupted while asking the schema registry", e);
            }
            if (System.nanoTime() - start > patience.toNanos()) {
                throw new RegistryUnavailableException(
                        "the schema registry at " + url + " did not answer within " + patience.toSeconds() + " s: "
                                + problem,
                        cause);
            }
            if (!told) {
                LOG.warn("Waiting for the schema registry at {}: {}", url, problem);
                told = true;
            }
            pause();
        }
    }

    private static void pause() {
        try {
            Thread.sleep(PAUSE_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new RegistryUnavailableException("interrupted while waiting for the schema registry", e);
        }
    }

    private static HttpRequest request(String method, String address, String body) {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(address))
                .timeout(REQUEST_TIMEOUT)
                .header("Accept", MEDIA_TYPE + ", application/json");
        if (body == null) {
            return request.method(method, BodyPublishers.noBody()).build();
        }
        return request.header("Content-Type", MEDIA_TYPE)
                .method(method, BodyPublishers.ofString(body))
                .build();
    }

    private static String reason(HttpResponse<String> response) {
        return "status " + response.statusCode() + ", " + response.body();
    }

    private static JsonNode parse(String body) {
        try {
            return JSON.readTree(body);
        } catch (IOException e) {
            throw new SerializationException("the schema registry's answer is not JSON: " + body, e);
        }
    }

    private static String encode(String subject) {
        return URLEncoder.encode(subject, StandardCharsets.UTF_8);
    }
}
