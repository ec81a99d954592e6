package io.leaktrace.benchmarks.contenders;

import io.leaktrace.benchmarks.market.Counts;
import io.leaktrace.benchmarks.market.Market;
import io.leaktrace.domain.Correlation;
import io.leaktrace.domain.Correlation.ContactEvidence;
import io.leaktrace.domain.Correlation.ContactTouch;
import io.leaktrace.domain.Correlation.Exposures;
import io.leaktrace.runtime.Setting;
import io.leaktrace.runtime.Settings;
import io.leaktrace.wire.InternalRecords;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.utils.Bytes;

/** What Leaktrace's first stage told and kept. */
final class CorrelateStage {

    private final Settings settings;
    private final Market market;

    CorrelateStage(Settings settings, Market market) {
        this.settings = settings;
        this.market = market;
    }

    /** The counts in what was told to this topic. */
    Counts counts(String correlations) {
        Counts counts = new Counts();
        // Evidence is told again when it changes, and the last word counts.
        Map<String, ContactEvidence> evidence = new TreeMap<>();
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
        return counts;
    }

    /** What the correlate tasks would restore: the live records of their changelogs. */
    double stateBytesPerTouch() throws Exception {
        Map<Bytes, Integer> live = new HashMap<>();
        for (String changelog : changelogs()) {
            try (InputReader<byte[]> records = InputReader.ofBytes(settings, List.of(changelog))) {
                records.forEach(record -> {
                    Bytes key = Bytes.wrap((changelog + record.partition() + " " + new Bytes(record.key()))
                            .getBytes(StandardCharsets.UTF_8));
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

    private List<String> changelogs() throws Exception {
        String application = settings.get(Setting.APPLICATION_ID);
        int partitions = settings.integer(Setting.TOPIC_PARTITIONS);
        try (Admin admin = Admin.create(settings.kafka())) {
            List<String> changelogs = admin.listTopics().names().get().stream()
                    .filter(name -> name.startsWith(application + "-") && name.endsWith("-changelog"))
                    .toList();
            // One task a partition of the input correlates; one task alone localizes.
            return admin.describeTopics(changelogs).allTopicNames().get().values().stream()
                    .filter(topic -> topic.partitions().size() == partitions)
                    .map(TopicDescription::name)
                    .toList();
        }
    }
}
