package io.leaktrace.topology;

import java.util.Locale;
import java.util.zip.CRC32;
import org.apache.kafka.common.utils.Utils;

/** A rule by which a producer chooses the partition of a record from its key. */
public enum KeyPlacement {
    /** The default of Kafka's own producer, which is written in Java. */
    MURMUR2("Kafka's Java client and kafkajs") {
        @Override
        public int partition(byte[] key, int partitions) {
            return Utils.toPositive(Utils.murmur2(key)) % partitions;
        }
    },
    /** The default of librdkafka ({@code consistent_random}), on which most clients in other languages are built. */
    CRC32("librdkafka: Python, Go, .NET, Node") {
        @Override
        public int partition(byte[] key, int partitions) {
            CRC32 sum = new CRC32();
            sum.update(key);
            return (int) (sum.getValue() % partitions);
        }
    };

    private final String clients;

    KeyPlacement(String clients) {
        this.clients = clients;
    }

    /**
     * Returns the partition of a record.
     *
     * @param key of the record, not null and not empty: no rule applies to records without a key
     * @param partitions number of partitions of the topic
     */
    public abstract int partition(byte[] key, int partitions);

    /** Returns the name of the rule as in the settings. */
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** Returns the rule and the clients that use it, for messages. */
    public String described() {
        return label() + " (" + clients + ")";
    }
}
