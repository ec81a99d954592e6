package io.leaktrace.benchmarks.contenders;

import io.leaktrace.benchmarks.market.Counts;
import io.leaktrace.runtime.Settings;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.common.TopicPartition;

/**
 * A topic to which a contender writes its counts as they grow: custodian as the key, the count so far as 8 bytes. The
 * last one of a custodian counts.
 */
public final class CountsTopic {

    private CountsTopic() {}

    public static void create(Settings settings, String... topics) throws ExecutionException, InterruptedException {
        try (Admin admin = Admin.create(settings.kafka())) {
            admin.createTopics(List.of(topics).stream()
                            .map(topic -> new NewTopic(topic, 1, (short) 1))
                            .toList())
                    .all()
                    .get();
            for (String topic : topics) {
                // Answers once there is a leader.
                admin.listOffsets(Map.of(new TopicPartition(topic, 0), OffsetSpec.latest()))
                        .all()
                        .get();
            }
        }
    }

    public static byte[] key(String custodian) {
        return custodian.getBytes(StandardCharsets.UTF_8);
    }

    public static byte[] value(long count) {
        return ByteBuffer.allocate(Long.BYTES).putLong(count).array();
    }

    /** The counts that two topics end with. */
    public static Counts read(Settings settings, String exposures, String followed) {
        Counts counts = new Counts();
        last(settings, exposures).forEach(counts::addExposures);
        last(settings, followed).forEach(counts::addFollowed);
        return counts;
    }

    private static Map<String, Long> last(Settings settings, String topic) {
        Map<String, Long> last = new HashMap<>();
        try (InputReader<byte[]> records = InputReader.ofBytes(settings, List.of(topic))) {
            records.forEach(record -> last.put(
                    new String(record.key(), StandardCharsets.UTF_8),
                    ByteBuffer.wrap(record.value()).getLong()));
        }
        return last;
    }
}
