package io.leaktrace.benchmarks.contenders;

import io.leaktrace.benchmarks.market.Market;
import io.leaktrace.benchmarks.process.ContenderRun;
import io.leaktrace.domain.Correlation;
import io.leaktrace.domain.Correlation.Progress;
import io.leaktrace.runtime.Pipeline;
import io.leaktrace.runtime.Setting;
import io.leaktrace.runtime.Settings;
import io.leaktrace.wire.InternalRecords;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/**
 * Leaktrace's first stage, which does the job that the others do, and nothing of the model. It is done when all its
 * tasks have committed that they have read to the end.
 */
final class LeaktraceCorrelate implements Contender {

    private static final Duration CHECK = Duration.ofMillis(200);

    /** Bytes; progress has a few numbers for each of a few epochs. */
    private static final int LONGEST_PROGRESS = 256;

    private final Settings settings;
    private final int partitions;
    private final String correlations;
    private final CorrelateStage correlate;
    private final Pipeline pipeline;

    LeaktraceCorrelate(ContenderRun run, Map<String, String> variant) throws Exception {
        Map<String, String> own = new HashMap<>(variant);
        own.put("application.id", run.id());
        own.put("state.dir", run.work().resolve("state").toString());
        settings = run.settings(own);
        partitions = settings.integer(Setting.TOPIC_PARTITIONS);
        correlations = run.id() + "-told";
        Market market = run.market();
        correlate = new CorrelateStage(settings, market);
        try (Admin admin = Admin.create(settings.kafka())) {
            admin.createTopics(List.of(new NewTopic(correlations, 1, (short) 1).configs(Map.of("retention.ms", "-1"))))
                    .all()
                    .get();
        }
        pipeline = Pipeline.correlateOnly(settings, partitions, correlations);
    }

    @Override
    public void run() throws InterruptedException {
        TopicPartition told = new TopicPartition(correlations, 0);
        Map<String, Object> config = InputReader.readCommitted(settings);
        Set<Integer> atEnd = new HashSet<>();
        try (KafkaConsumer<byte[], byte[]> consumer =
                new KafkaConsumer<>(config, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
            consumer.assign(List.of(told));
            consumer.seekToBeginning(List.of(told));
            pipeline.start();
            while (atEnd.size() < partitions) {
                pipeline.awaitEnd(Duration.ofMillis(1));
                for (ConsumerRecord<byte[], byte[]> record : consumer.poll(CHECK)) {
                    // What is longer says nothing of progress, and to read it is no part of the job.
                    Correlation correlation = record.value().length > LONGEST_PROGRESS
                            ? null
                            : InternalRecords.readCorrelation(record.value());
                    if (correlation instanceof Progress progress) {
                        if (progress.atEnd()) {
                            atEnd.add(progress.partition());
                        } else {
                            atEnd.remove(progress.partition());
                        }
                    }
                }
            }
        }
    }

    @Override
    public String result() {
        return correlate.counts(correlations).checksum();
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
