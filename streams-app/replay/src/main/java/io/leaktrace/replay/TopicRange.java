package io.leaktrace.replay;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.kafka.common.TopicPartition;

/**
 * A range of offsets in a partition.
 *
 * @param from offset of the first record
 * @param to offset after the last record
 */
public record TopicRange(String topic, int partition, long from, long to) {

    public TopicPartition topicPartition() {
        return new TopicPartition(topic, partition);
    }

    /** Maximum number of records: gaps from compaction and transaction markers count too. */
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
