package io.leaktrace.history;

import io.leaktrace.runtime.Settings;
import io.leaktrace.topology.DeadLetters;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.function.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** The records that were refused: to look at, and to send again once what was wrong has been mended. */
public final class DeadLetterBox {

    private static final Duration POLL = Duration.ofMillis(200);

    private final Settings settings;
    private final Clock clock;

    public DeadLetterBox(Settings settings, Clock clock) {
        this.settings = settings;
        this.clock = clock;
    }

    /** Gives all letters there are now, in the order of partitions and offsets. */
    public void forEach(Consumer<DeadLetter> receiver) {
        String topic = settings.topics().deadLetters();
        try (KafkaConsumer<byte[], byte[]> consumer = consumer()) {
            List<TopicPartition> partitions = consumer.partitionsFor(topic).stream()
                    .map(partition -> new TopicPartition(topic, partition.partition()))
                    .sorted((one, other) -> Integer.compare(one.partition(), other.partition()))
                    .toList();
            Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
            for (TopicPartition partition : partitions) {
                consumer.assign(List.of(partition));
                consumer.seekToBeginning(List.of(partition));
                while (consumer.position(partition) < ends.get(partition)) {
                    consumer.poll(POLL).forEach(record -> receiver.accept(letter(record)));
                }
            }
        }
    }

    private KafkaConsumer<byte[], byte[]> consumer() {
        Map<String, Object> config = new HashMap<>();
        config.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
        config.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
        config.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest");
        config.putAll(settings.kafka());
        return new KafkaConsumer<>(config, new ByteArrayDeserializer(), new ByteArrayDeserializer());
    }

    private static DeadLetter letter(ConsumerRecord<byte[], byte[]> record) {
        return new DeadLetter(
                record.partition(),
                record.offset(),
                record.key(),
                record.value(),
                header(record, DeadLetters.REASON),
                header(record, DeadLetters.TOPIC),
                header(record, DeadLetters.PARTITION) + ":" + header(record, DeadLetters.OFFSET));
    }

    /** Of headers of the same name the last: those before it are from an earlier death. */
    private static String header(ConsumerRecord<byte[], byte[]> record, String name) {
        Header header = record.headers().lastHeader(name);
        return header == null ? "unknown" : new String(header.value(), StandardCharsets.UTF_8);
    }

    /** The record that a letter holds, if it can be read. */
    public Optional<Object> record(DeadLetter letter) {
        return letter.value() == null
                ? Optional.empty()
                : DeadLetters.record(settings.topics(), settings.wire(), letter.topic(), letter.value());
    }

    /** Why a letter would be refused again; empty if it would be taken now. */
    public Optional<String> refusal(DeadLetter letter) {
        return DeadLetters.refusal(
                settings.topics(), settings.wire(), letter.topic(), letter.key(), letter.value(), clock.instant());
    }

    /**
     * Sends letters back to the topics they came from. To send one twice does no harm: the pipeline knows records by
     * their ids.
     *
     * @throws IllegalStateException if one was not acknowledged
     */
    public void send(List<DeadLetter> letters) throws InterruptedException {
        Map<String, Object> config = new HashMap<>();
        config.put(ProducerConfig.ACKS_CONFIG, "all");
        config.putAll(settings.kafka());
        try (KafkaProducer<byte[], byte[]> producer =
                new KafkaProducer<>(config, new ByteArraySerializer(), new ByteArraySerializer())) {
            List<Future<RecordMetadata>> sent = letters.stream()
                    .map(letter -> producer.send(new ProducerRecord<>(letter.topic(), letter.key(), letter.value())))
                    .toList();
            for (Future<RecordMetadata> one : sent) {
                one.get();
            }
        } catch (ExecutionException e) {
            throw new IllegalStateException(
                    "a letter could not be sent: " + e.getCause().getMessage(), e.getCause());
        }
    }
}
