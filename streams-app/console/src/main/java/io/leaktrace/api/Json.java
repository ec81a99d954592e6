package io.leaktrace.api;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.javalin.http.Context;
import io.leaktrace.domain.SafeText;
import java.util.List;
import java.util.Map;

/** JSON, of maps and lists whose order is that of the fields. */
final class Json {

    /** A body that names a field twice, or goes on after its end, may be meant otherwise than it would be read. */
    private static final ObjectMapper MAPPER = new ObjectMapper()
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .enable(JsonParser.Feature.STRICT_DUPLICATE_DETECTION);

    private Json() {}

    static String text(Object value) {
        try {
            return MAPPER.writeValueAsString(value);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("an answer cannot be written: " + e.getMessage(), e);
        }
    }

    static String lines(List<Map<String, Object>> rows) {
        StringBuilder text = new StringBuilder();
        rows.forEach(row -> text.append(text(row)).append('\n'));
        return text.toString();
    }

    static void send(Context http, Object value) {
        http.contentType("application/json").result(text(value));
    }

    /** The body of a request, which has to be an object. */
    static JsonNode body(Context http) {
        // As it came: Jetty fails to read one with a character set that Java does not know.
        String type = http.header("Content-Type");
        // A form of another page can send anything but this.
        if (type == null || !type.startsWith("application/json")) {
            throw new Problem(415, "send application/json");
        }
        try {
            JsonNode body = MAPPER.readTree(http.body());
            if (body != null && body.isObject()) {
                return body;
            }
        } catch (IllegalArgumentException | IllegalStateException e) {
            throw new Problem(415, "send application/json in UTF-8");
        } catch (JsonProcessingException e) {
            throw new Problem(400, "the body is no JSON: " + e.getOriginalMessage());
        }
        throw new Problem(400, "the body must be a JSON object");
    }

    /** A text of a body, or null. */
    static String text(JsonNode body, String field) {
        JsonNode value = body.get(field);
        if (value == null || value.isNull() || value.asText().isBlank()) {
            return null;
        }
        if (!value.isTextual()) {
            throw new Problem(400, field + " must be a text");
        }
        if (SafeText.hasLoneSurrogate(value.asText())) {
            throw new Problem(400, field + " has half of a surrogate pair, which is no character");
        }
        return value.asText().strip();
    }

    /** A text of a body that must be there. */
    static String requiredText(JsonNode body, String field) {
        String text = text(body, field);
        if (text == null) {
            throw new Problem(400, field + " is missing");
        }
        return text;
    }
}
