package io.leaktrace.benchmarks.contenders;

import io.leaktrace.benchmarks.market.Contact;
import io.leaktrace.benchmarks.market.Market;
import io.leaktrace.benchmarks.process.ContenderRun;
import io.leaktrace.domain.Epoch;
import io.leaktrace.runtime.Pipeline;
import io.leaktrace.runtime.Setting;
import io.leaktrace.runtime.Settings;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/**
 * Leaktrace as users run it, with everything it does beside the job: duplicates, evidence for each contact, progress, the
 * model that shares the blame, suspects. It is done when the epoch of the market's last record is solved and committed.
 */
final class LeaktracePipeline implements Contender {

    private static final Duration CHECK = Duration.ofMillis(200);

    private final Settings settings;
    private final Market market;
    private final CorrelateStage correlate;
    private final Pipeline pipeline;

    LeaktracePipeline(ContenderRun run, Map<String, String> variant) {
        Map<String, String> own = new HashMap<>(variant);
        own.put("application.id", run.id());
        own.put("state.dir", run.work().resolve("state").toString());
        // The counts are read from what the first stage told the second, which is otherwise deleted once it is read.
        own.put("kafka.repartition.purge.interval.ms", Integer.toString(Integer.MAX_VALUE));
        settings = run.settings(own);
        market = run.market();
        correlate = new CorrelateStage(settings, market);
        pipeline = new Pipeline(settings, settings.integer(Setting.TOPIC_PARTITIONS), true);
    }

    @Override
    public void run() throws InterruptedException {
        TopicPartition epochs = new TopicPartition(settings.topics().leakEpochs(), 0);
        Map<String, Object> config = InputReader.readCommitted(settings);
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
        return correlate
                .counts(settings.get(Setting.APPLICATION_ID) + "-correlations-repartition")
                .checksum();
    }

    @Override
    public double stateBytesPerTouch() throws Exception {
        return correlate.stateBytesPerTouch();
    }

    @Override
    public void close() {
        pipeline.close();
    }
}
