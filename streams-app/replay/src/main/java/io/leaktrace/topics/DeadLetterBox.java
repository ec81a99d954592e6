package io.leaktrace.topics;

import io.leaktrace.domain.InputRecord;
import io.leaktrace.runtime.PlacementSample;
import io.leaktrace.runtime.Settings;
import io.leaktrace.runtime.StartException;
import io.leaktrace.runtime.TopicAdmin;
import io.leaktrace.topology.DeadLetterFormat;
import io.leaktrace.topology.InputReader;
import io.leaktrace.topology.KeyedInput;
import io.leaktrace.topology.MappedWriter;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Header;

/** The rejected records, to inspect them and to send them again once the cause is fixed. */
public final class DeadLetterBox {

    private final Settings settings;
    private final InputReader inputs;
    private final Clock clock;

    public DeadLetterBox(Settings settings, Clock clock) {
        this.settings = settings;
        this.inputs = new InputReader(settings.wire().records(), settings.topics(), settings.sources());
        this.clock = clock;
    }

    /** Passes on all letters up to the current end of the topic. */
    public void forEach(Consumer<DeadLetter> receiver) {
        try (TopicReader reader = new TopicReader(settings, settings.topics().deadLetters())) {
            reader.readRecordsToEnd(record -> receiver.accept(letter(record)));
        }
    }

    private static DeadLetter letter(ConsumerRecord<byte[], byte[]> record) {
        Header cut = record.headers().lastHeader(DeadLetterFormat.TRUNCATED);
        return new DeadLetter(
                record.partition(),
                record.offset(),
                record.key(),
                record.value(),
                header(record, DeadLetterFormat.REASON),
                header(record, DeadLetterFormat.TOPIC),
                header(record, DeadLetterFormat.PARTITION) + ":" + header(record, DeadLetterFormat.OFFSET),
                DeadLetterFormat.originalHeaders(record.headers()),
                cut == null ? null : text(cut));
    }

    /** The last header of this name: those before it are from an earlier rejection. */
    private static String header(ConsumerRecord<byte[], byte[]> record, String name) {
        Header header = record.headers().lastHeader(name);
        // Other applications may write to dead-letters too, and their headers may be as long as a record.
        return header == null ? "unknown" : DeadLetterFormat.brief(text(header));
    }

    private static String text(Header header) {
        return header.value() == null ? "" : new String(header.value(), StandardCharsets.UTF_8);
    }

    /** The record that a letter holds, if it is whole and can be read. */
    public Optional<Object> record(DeadLetter letter) {
        return letter.isCut() || !isOfInput(letter)
                ? Optional.empty()
                : read(letter).map(read -> read.input().record());
    }

    private Optional<KeyedInput> read(DeadLetter letter) {
        return inputs.read(letter.topic(), letter.headers(), letter.key(), letter.value());
    }

    /** Whether a letter came from an input topic: other applications may write to dead-letters too. */
    private boolean isOfInput(DeadLetter letter) {
        return settings.inputTopics().contains(letter.topic());
    }

    /** The reason for which a letter would be rejected again; empty if it would be accepted now. */
    public Optional<String> refusal(DeadLetter letter) {
        if (!isOfInput(letter)) {
            return Optional.of("it does not come from an input topic, but from '" + letter.topic() + "'");
        }
        if (letter.isCut()) {
            return Optional.of("its value was cut from " + letter.bytesBeforeCut() + " bytes; the whole record is at "
                    + letter.topic() + " " + letter.origin() + ", for as long as that topic keeps it");
        }
        Optional<KeyedInput> read = read(letter);
        return read.isEmpty()
                ? Optional.of("the mapping of " + letter.topic() + " leaves it out now")
                : read.get().validate(settings.timeLimit(clock.instant()));
    }

    /**
     * The partition it came from, which holds the other records of its key under any partitioning rule of the writer.
     * Null if it is unknown or does not exist any more; the producer then chooses one.
     */
    private static Integer partition(DeadLetter letter, Map<String, Integer> partitions) {
        String partition = letter.origin().substring(0, letter.origin().indexOf(':'));
        boolean there = partition.matches("[0-9]{1,9}")
                && Integer.parseInt(partition) < partitions.getOrDefault(letter.topic(), 0);
        return there ? Integer.valueOf(partition) : null;
    }

    /**
     * Sends letters, none of which may be cut, back to their topics with their original headers. Nothing is written to a
     * source topic: what its letter is mapped to now goes to Leaktrace's own topic. Sending one twice is harmless: the
     * pipeline recognizes records by their ids.
     *
     * @param letters which would be accepted now
     * @throws StartException if one of the topics is missing, or a letter was not acknowledged
     */
    public void send(List<DeadLetter> letters) throws InterruptedException {
        List<ProducerRecord<byte[], byte[]>> records = new ArrayList<>();
        List<InputRecord> mapped = new ArrayList<>();
        List<DeadLetter> own = new ArrayList<>();
        for (DeadLetter letter : letters) {
            if (settings.topics().inputs().contains(letter.topic())) {
                own.add(letter);
            } else {
                mapped.add(read(letter).orElseThrow().input().record());
            }
        }
        Map<String, Integer> partitions;
        try (TopicAdmin admin = new TopicAdmin(settings)) {
            partitions = admin.partitions(settings.topics().inputs());
        }
        own.forEach(letter -> records.add(new ProducerRecord<>(
                letter.topic(), partition(letter, partitions), null, letter.key(), letter.value(), letter.headers())));
        if (!mapped.isEmpty()) {
            PlacementSample sample = PlacementSample.of(settings);
            MappedWriter writer = new MappedWriter(settings.wire(), settings.topics());
            for (InputRecord record : mapped) {
                String topic = writer.topic(record);
                byte[] key = record.key().getBytes(StandardCharsets.UTF_8);
                int partition = sample.rule(topic).partition(key, partitions.get(topic));
                records.add(new ProducerRecord<>(topic, partition, key, writer.write(record)));
            }
        }
        TopicWriter.send(settings, records);
    }
}
