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
 * Tombstones of buyers, on the topic of order events: the buyer as key, no value, and two headers that say it is meant.
 * A record without a value and without them is a mistake, and erases nobody.
 */
public final class Erasures {

    /** The buyer once more. */
    public static final String BUYER = "leaktrace.erase.buyer";
    /** From before when all is to be forgotten, as ISO-8601 with {@code Z}. */
    public static final String BEFORE = "leaktrace.erase.before";

    private Erasures() {}

    /** The record that erases a buyer, in the partition where Java's producer places its orders. */
    public static ProducerRecord<byte[], byte[]> tombstone(Topics topics, Erasure erasure) {
        return tombstone(topics, erasure, null);
    }

    /**
     * The records that erase a buyer, one for each partition: where its orders are depends on who has written them, and a
     * partition without it loses nothing.
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

    static Input read(Headers headers) {
        Header before = headers.lastHeader(BEFORE);
        if (before == null || before.value() == null) {
            return new Input(null, "a tombstone needs the header " + BEFORE, null);
        }
        if (headers.lastHeader(BUYER).value() == null) {
            return new Input(null, "the tombstone's header " + BUYER + " has no value", null);
        }
        String buyer = new String(headers.lastHeader(BUYER).value(), StandardCharsets.UTF_8);
        String at = new String(before.value(), StandardCharsets.UTF_8);
        try {
            return new Input(new Erasure(buyer, Instant.parse(at)), null, null);
        } catch (DateTimeException e) {
            return new Input(null, "the tombstone's " + BEFORE + " is no time: '" + at + "'", null);
        }
    }
}
