package io.leaktrace.topology;

import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.serialization.Deserializer;

/** What a record hands to the topology: one input, a {@link Pack} of them, or one that was repartitioned. */
sealed interface Arrived permits Input, Pack, Moved {

    /** Tells the two apart, and reads each input with {@code inputs}. */
    static Deserializer<Arrived> deserializer(Deserializer<Input> inputs) {
        return new Deserializer<>() {
            @Override
            public Arrived deserialize(String topic, Headers headers, byte[] bytes) {
                return Pack.isPack(headers)
                        ? Pack.read(topic, headers, bytes, inputs)
                        : inputs.deserialize(topic, headers, bytes);
            }

            @Override
            public Arrived deserialize(String topic, byte[] bytes) {
                return inputs.deserialize(topic, bytes);
            }
        };
    }
}
