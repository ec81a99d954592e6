package io.leaktrace.topics;

import java.util.function.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/** The unchanged records of a topic, headers, keys and tombstones included. */
public interface RecordSource extends AutoCloseable {

    /** Passes on all records up to the current end of the topic. */
    void readRecordsToEnd(Consumer<ConsumerRecord<byte[], byte[]>> receiver);

    /** Passes on the records that have arrived since the last call; waits briefly for some. */
    void pollRecords(Consumer<ConsumerRecord<byte[], byte[]>> receiver);

    @Override
    void close();
}
