package io.leaktrace.replay;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.kafka.common.TopicPartition;

/**
 * Part of a partition.
 *
 * @param from offset of the first record
 * @param to offset behind the last
 */
public record TopicRange(String topic, int partition, long from, long to) {

    public TopicPartition topicPartition() {
        return new TopicPartition(topic, partition);
    }

    /** At most so many records: a compacted topic has gaps, and marks of transactions take places too. */
    public long length() {
        return to - from;
    }

    Map<String, Object> described() {
        Map<String, Object> described = new LinkedHashMap<>();
        described.put("topic", topic);
        described.put("partition", partition);
        described.put("from", from);
        described.put("to", to);
        return described;
    }

    static TopicRange of(JsonNode described) {
        return new TopicRange(
                described.path("topic").asText(),
                described.path("partition").asInt(),
                described.path("from").asLong(),
                described.path("to").asLong());
    }
}
