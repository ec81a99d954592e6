package io.leaktrace.sources;

import java.nio.charset.StandardCharsets;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;

/**
 * A decoded record of a source topic.
 *
 * @param value null for none
 * @param key null for none
 */
record SourceRecord(Object value, Object key, Headers headers) {

    /** Returns the text of the last header of a name; null if there is none. */
    String header(String name) {
        Header header = headers.lastHeader(name);
        return header == null || header.value() == null ? null : new String(header.value(), StandardCharsets.UTF_8);
    }
}
