package io.leaktrace.topology;

import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.serialization.Deserializer;

/**
 * A value that the topology reads: one input record, an {@link OrderBatch} of them, one that was repartitioned, or one of a source
 * topic.
 */
sealed interface TopologyInput permits DecodedInput, OrderBatch, RepartitionedInput, SourceInput {

    /** Returns a deserializer of single inputs and batches; it reads each input with {@code inputs}. */
    static Deserializer<TopologyInput> deserializer(Deserializer<DecodedInput> inputs) {
        return new Deserializer<>() {
            @Override
            public TopologyInput deserialize(String topic, Headers headers, byte[] bytes) {
                return OrderBatch.isBatch(headers)
                        ? OrderBatch.of(headers, inputs)
                        : inputs.deserialize(topic, headers, bytes);
            }

            @Override
            public TopologyInput deserialize(String topic, byte[] bytes) {
                return inputs.deserialize(topic, bytes);
            }
        };
    }
}
