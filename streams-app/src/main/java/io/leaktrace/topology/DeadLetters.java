package io.leaktrace.topology;

import java.nio.charset.StandardCharsets;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.streams.processor.api.RecordMetadata;

/** Headers of a dead letter: why it is one, and where it came from. Headers it came with stay. */
public final class DeadLetters {

    public static final String REASON = "leaktrace.reason";
    public static final String TOPIC = "leaktrace.topic";
    public static final String PARTITION = "leaktrace.partition";
    public static final String OFFSET = "leaktrace.offset";

    private DeadLetters() {}

    static Headers headers(Headers came, String reason, RecordMetadata origin) {
        Headers headers = new RecordHeaders(came);
        add(headers, REASON, reason);
        add(headers, TOPIC, origin.topic());
        add(headers, PARTITION, Integer.toString(origin.partition()));
        add(headers, OFFSET, Long.toString(origin.offset()));
        return headers;
    }

    private static void add(Headers headers, String name, String value) {
        headers.add(name, value.getBytes(StandardCharsets.UTF_8));
    }
}
