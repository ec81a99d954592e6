package io.leaktrace.topology;

import org.apache.kafka.common.TopicPartition;

/** Reports whether a partition has been read to its end. */
@FunctionalInterface
public interface InputEnd {

    /**
     * @param processed offset of the last record processed since the partition was assigned, or −1
     * @return true if there is no record after it, as far as the consumer knows; false if it does not know
     */
    boolean reached(TopicPartition partition, long processed);
}
