package io.leaktrace.topics;

import java.util.function.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/** The records of a topic as they came, headers, keys and tombstones included. */
public interface RecordSource extends AutoCloseable {

    /** Gives everything up to the end that the topic has now. */
    void readRecordsToEnd(Consumer<ConsumerRecord<byte[], byte[]>> receiver);

    /** Gives what has come since the last call, waiting a little for it. */
    void pollRecords(Consumer<ConsumerRecord<byte[], byte[]>> receiver);

    @Override
    void close();
}
