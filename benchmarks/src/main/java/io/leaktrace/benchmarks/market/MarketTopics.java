package io.leaktrace.benchmarks.market;

import io.leaktrace.runtime.Settings;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.Serializer;

/** Puts a market into the input topics of the settings, as a platform's own producer would. */
public final class MarketTopics {

    private MarketTopics() {}

    /**
     * Sends the whole market.
     *
     * @throws IllegalStateException if a record was not acknowledged
     */
    public static void fill(Market market, Settings settings) {
        fill(market, settings, Long.MIN_VALUE, Long.MAX_VALUE);
    }

    /**
     * Sends what becomes known in a time, epoch milliseconds, without its end.
     *
     * @throws IllegalStateException if a record was not acknowledged
     */
    public static void fill(Market market, Settings settings, long from, long to) {
        AtomicReference<Exception> failure = new AtomicReference<>();
        try (KafkaProducer<byte[], byte[]> producer = producer(settings)) {
            String orders = settings.topics().orderEvents();
            try (var serializer = settings.wire().orderEvents()) {
                for (long number = 0; number < market.orders(); number++) {
                    Order order = market.order(number);
                    if (from <= order.time() && order.time() < to) {
                        send(producer, failure, orders, order.time(), order.buyerId(), serializer, order.event());
                    }
                }
            }
            String contacts = settings.topics().scamContacts();
            try (var serializer = settings.wire().scamContacts()) {
                for (Contact contact : market.contactsAsReported()) {
                    long time = contact.reportedAt();
                    if (from <= time && time < to) {
                        send(producer, failure, contacts, time, contact.buyerId(), serializer, contact.record());
                    }
                }
            }
            producer.flush();
        }
        requireNone(failure);
    }

    private static KafkaProducer<byte[], byte[]> producer(Settings settings) {
        Map<String, Object> config = new HashMap<>();
        config.put(ProducerConfig.ACKS_CONFIG, "all");
        config.put(ProducerConfig.LINGER_MS_CONFIG, 20);
        config.put(ProducerConfig.BATCH_SIZE_CONFIG, 256 << 10);
        config.put(ProducerConfig.COMPRESSION_TYPE_CONFIG, "lz4");
        config.putAll(settings.kafka());
        return new KafkaProducer<>(config, new ByteArraySerializer(), new ByteArraySerializer());
    }

    private static <T> void send(
            Producer<byte[], byte[]> producer,
            AtomicReference<Exception> failure,
            String topic,
            long time,
            String buyerId,
            Serializer<T> serializer,
            T record) {
        requireNone(failure);
        byte[] key = buyerId.getBytes(StandardCharsets.UTF_8);
        producer.send(
                new ProducerRecord<>(topic, null, time, key, serializer.serialize(topic, record)),
                (metadata, problem) -> {
                    if (problem != null) {
                        failure.compareAndSet(null, problem);
                    }
                });
    }

    private static void requireNone(AtomicReference<Exception> failure) {
        if (failure.get() != null) {
            throw new IllegalStateException(
                    "a record of the market was not acknowledged: "
                            + failure.get().getMessage(),
                    failure.get());
        }
    }
}
