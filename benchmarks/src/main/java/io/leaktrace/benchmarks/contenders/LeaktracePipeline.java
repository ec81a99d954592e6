package io.leaktrace.benchmarks.contenders;

import io.leaktrace.benchmarks.market.Contact;
import io.leaktrace.benchmarks.market.Counts;
import io.leaktrace.benchmarks.market.Market;
import io.leaktrace.benchmarks.process.ContenderRun;
import io.leaktrace.domain.Correlation;
import io.leaktrace.domain.Correlation.ContactEvidence;
import io.leaktrace.domain.Correlation.ContactTouch;
import io.leaktrace.domain.Correlation.Exposures;
import io.leaktrace.domain.Epoch;
import io.leaktrace.runtime.Pipeline;
import io.leaktrace.runtime.Setting;
import io.leaktrace.runtime.Settings;
import io.leaktrace.wire.InternalRecords;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.utils.Bytes;

/**
 * Leaktrace as users run it, with everything it does beside the job: duplicates, evidence for each contact, progress, the
 * model that shares the blame, suspects. It is done when the epoch of the market's last record is solved and committed.
 */
final class LeaktracePipeline implements Contender {

    private static final Duration CHECK = Duration.ofMillis(200);

    private final Settings settings;
    private final Market market;
    private final int partitions;
    private final Pipeline pipeline;

    LeaktracePipeline(ContenderRun run, Map<String, String> variant) {
        Map<String, String> own = new HashMap<>(variant);
        own.put("application.id", run.id());
        own.put("state.dir", run.work().resolve("state").toString());
        // The counts are read from what the first stage told the second, which is otherwise deleted once it is read.
        own.put("kafka.repartition.purge.interval.ms", Integer.toString(Integer.MAX_VALUE));
        settings = run.settings(own);
        market = run.market();
        partitions = settings.integer(Setting.TOPIC_PARTITIONS);
        pipeline = new Pipeline(settings, partitions, true);
    }

    @Override
    public void run() throws InterruptedException {
        TopicPartition epochs = new TopicPartition(settings.topics().leakEpochs(), 0);
        Map<String, Object> config = new HashMap<>();
        config.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
        config.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
        config.putAll(settings.kafka());
        try (var values = settings.wire().records();
                KafkaConsumer<byte[], Object> consumer =
                        new KafkaConsumer<>(config, new ByteArrayDeserializer(), values)) {
            // All runs over a market write to the same topics.
            consumer.assign(List.of(epochs));
            consumer.seekToEnd(List.of(epochs));
            consumer.position(epochs);
            pipeline.start();
            long lastEnd = endOfLastEpoch();
            boolean done = false;
            while (!done) {
                pipeline.awaitEnd(Duration.ofMillis(1));
                for (ConsumerRecord<byte[], Object> record : consumer.poll(CHECK)) {
                    done |= ((Epoch) record.value()).end().toEpochMilli() >= lastEnd;
                }
            }
        }
    }

    private long endOfLastEpoch() {
        long last = market.order(market.orders() - 1).time();
        for (int number = 0; number < market.contacts(); number++) {
            Contact contact = market.contact(number);
            last = Math.max(last, contact.reportedAt());
        }
        long epoch = settings.model().epoch();
        return (Math.floorDiv(last, epoch) + 1) * epoch;
    }

    @Override
    public String result() {
        Counts counts = new Counts();
        // Evidence is told again when it changes, and the last word counts.
        Map<String, ContactEvidence> evidence = new TreeMap<>();
        String correlations = settings.get(Setting.APPLICATION_ID) + "-correlations-repartition";
        try (InputReader<byte[]> told = InputReader.ofBytes(settings, List.of(correlations))) {
            told.forEach(record -> {
                Correlation correlation = InternalRecords.readCorrelation(record.value());
                if (correlation instanceof ContactEvidence contact) {
                    evidence.put(contact.contactId(), contact);
                } else if (correlation instanceof Exposures exposures) {
                    exposures
                            .touches()
                            .forEach((custodian, buckets) -> counts.addExposures(
                                    custodian.toString(),
                                    buckets.values().stream()
                                            .mapToLong(Integer::longValue)
                                            .sum()));
                }
            });
        }
        for (ContactEvidence contact : evidence.values()) {
            for (ContactTouch touch : contact.touches()) {
                if (touch.touchedAt() < contact.contactedAt()
                        && contact.contactedAt() - touch.touchedAt() <= Market.WINDOW) {
                    counts.addFollowed(touch.custodian().toString(), 1);
                }
            }
        }
        return counts.checksum();
    }

    /** What the correlate tasks would restore: the live records of their changelogs. */
    @Override
    public double stateBytesPerTouch() throws Exception {
        String application = settings.get(Setting.APPLICATION_ID);
        Map<Bytes, Integer> live = new HashMap<>();
        for (String changelog : changelogsOfCorrelate(application)) {
            try (InputReader<byte[]> records = InputReader.ofBytes(settings, List.of(changelog))) {
                records.forEach(record -> {
                    Bytes key = Bytes.wrap((changelog + record.partition() + " " + new Bytes(record.key()))
                            .getBytes(java.nio.charset.StandardCharsets.UTF_8));
                    if (record.value() == null) {
                        live.remove(key);
                    } else {
                        live.put(key, record.key().length + record.value().length);
                    }
                });
            }
        }
        long bytes = live.values().stream().mapToLong(Integer::longValue).sum();
        return (double) bytes / market.touchesWithin(settings.correlate().retention());
    }

    private List<String> changelogsOfCorrelate(String application) throws Exception {
        try (Admin admin = Admin.create(settings.kafka())) {
            List<String> changelogs = admin.listTopics().names().get().stream()
                    .filter(name -> name.startsWith(application + "-") && name.endsWith("-changelog"))
                    .toList();
            // One task a partition of the input correlates; one task alone localizes.
            return admin.describeTopics(changelogs).allTopicNames().get().values().stream()
                    .filter(topic -> topic.partitions().size() == partitions)
                    .map(org.apache.kafka.clients.admin.TopicDescription::name)
                    .toList();
        }
    }

    @Override
    public void close() {
        pipeline.close();
    }
}
