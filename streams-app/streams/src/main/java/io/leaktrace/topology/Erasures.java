package io.leaktrace.topology;

import io.leaktrace.domain.Erasure;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;

/**
 * Writes and reads tombstones of buyers on the topic of order events: the buyer as key, no value, and two headers. A
 * record with no value and without these headers is a mistake and erases nothing.
 */
public final class Erasures {

    /** Header with the buyer, as in the key. */
    public static final String BUYER = "leaktrace.erase.buyer";
    /** Header with the time before which all data of the buyer are erased, as ISO-8601 with {@code Z}. */
    public static final String BEFORE = "leaktrace.erase.before";

    private Erasures() {}

    /** Returns the record that erases a buyer, in the partition where Java's producer places its orders. */
    public static ProducerRecord<byte[], byte[]> tombstone(Topics topics, Erasure erasure) {
        return tombstone(topics, erasure, null);
    }

    /**
     * Returns the records that erase a buyer, one for each partition: the partition of its orders depends on their
     * writer, and the others are not affected.
     *
     * @param partitions number of partitions of the order events
     */
    public static List<ProducerRecord<byte[], byte[]>> tombstones(Topics topics, Erasure erasure, int partitions) {
        return IntStream.range(0, partitions)
                .mapToObj(partition -> tombstone(topics, erasure, partition))
                .toList();
    }

    private static ProducerRecord<byte[], byte[]> tombstone(Topics topics, Erasure erasure, Integer partition) {
        byte[] buyer = bytes(erasure.buyerId());
        ProducerRecord<byte[], byte[]> tombstone = new ProducerRecord<>(topics.orderEvents(), partition, buyer, null);
        tombstone.headers().add(BUYER, buyer);
        tombstone.headers().add(BEFORE, bytes(erasure.at().toString()));
        return tombstone;
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    static DecodedInput read(Headers headers) {
        Header before = headers.lastHeader(BEFORE);
        if (before == null || before.value() == null) {
            return new DecodedInput(null, "a tombstone needs the header " + BEFORE, null);
        }
        if (headers.lastHeader(BUYER).value() == null) {
            return new DecodedInput(null, "the tombstone's header " + BUYER + " has no value", null);
        }
        String buyer = new String(headers.lastHeader(BUYER).value(), StandardCharsets.UTF_8);
        String at = new String(before.value(), StandardCharsets.UTF_8);
        try {
            return new DecodedInput(new Erasure(buyer, Instant.parse(at)), null, null);
        } catch (DateTimeException e) {
            return new DecodedInput(null, "the tombstone's " + BEFORE + " is no time: '" + at + "'", null);
        }
    }
}
