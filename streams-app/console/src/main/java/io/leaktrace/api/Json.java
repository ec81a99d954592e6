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

/** Conversion to and from JSON; the order of maps is the order of fields. */
final class Json {

    /** Rejects bodies with duplicate fields or text after their end, which are ambiguous. */
    private static final ObjectMapper MAPPER = new ObjectMapper()
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .enable(JsonParser.Feature.STRICT_DUPLICATE_DETECTION);

    private Json() {}

    static String text(Object value) {
        try {
            return MAPPER.writeValueAsString(value);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a response cannot be written: " + e.getMessage(), e);
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

    /**
     * The body of a request.
     *
     * @throws Problem if it is not a JSON object (400), or not declared as JSON in UTF-8 (415)
     */
    static JsonNode body(Context http) {
        // The raw header: Jetty fails to parse one with a character set unknown to Java.
        String type = http.header("Content-Type");
        // Protects against forms on foreign pages, which cannot send this type.
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
            throw new Problem(400, "the body is not JSON: " + e.getOriginalMessage());
        }
        throw new Problem(400, "the body must be a JSON object");
    }

    /** A text field of a body without surrounding blanks; null if it is missing, null or blank. */
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

    /** A text field of a body that must be present. */
    static String requiredText(JsonNode body, String field) {
        String text = text(body, field);
        if (text == null) {
            throw new Problem(400, field + " is missing");
        }
        return text;
    }
}
