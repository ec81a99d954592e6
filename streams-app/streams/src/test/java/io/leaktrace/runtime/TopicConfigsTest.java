package io.leaktrace.runtime;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.leaktrace.topology.Topics;
import io.leaktrace.topology.Topics.Topic;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is wrong with the configuration of a topic, and what mends it. */
class TopicConfigsTest {

    private static final Map<String, String> KAFKAS_DEFAULTS = Map.of(
            "cleanup.policy", "delete",
            "retention.ms", "604800000",
            "retention.bytes", "-1",
            "min.compaction.lag.ms", "0",
            "message.timestamp.type", "CreateTime",
            "message.timestamp.before.max.ms", "9223372036854775807",
            "message.timestamp.after.max.ms", "3600000",
            "max.message.bytes", "1048588");

    private static final TopicConfigs CONFIGS = new TopicConfigs(Settings.of(Map.of()));

    private static Topic topic(String name) {
        return new Topics("")
                .all().stream()
                        .filter(topic -> topic.name().equals(name))
                        .findFirst()
                        .orElseThrow();
    }

    private static Map<String, String> changed(Map<String, String> config, Map<String, String> changes) {
        Map<String, String> all = new TreeMap<>(config);
        all.putAll(changes);
        return all;
    }

    @Test
    void whatIsCreatedHasNothingWrongAndWhatIsMendedToo() {
        for (Topic topic : new Topics("").all()) {
            Map<String, String> created = changed(KAFKAS_DEFAULTS, CONFIGS.ofNew(topic));
            assertEquals(List.of(), CONFIGS.review(topic, created).warnings(), topic.name());
            assertEquals(Map.of(), CONFIGS.review(topic, created).changes(), topic.name());

            TopicConfigs.Review review = CONFIGS.review(topic, KAFKAS_DEFAULTS);
            Map<String, String> mended = changed(KAFKAS_DEFAULTS, review.changes());
            TopicConfigs.Review again = CONFIGS.review(topic, mended);
            assertEquals(List.of(), again.warnings(), topic.name());
        }
    }

    /** A topic with Kafka's defaults but for one, what is said about that, and the value that mends it. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "order-events | retention.ms=604800000 | of 7d is shorter than the 70d 10m | 34560000000",
                "scam-contacts | retention.bytes=1000 | retention.bytes is 1000 | -1",
                "scam-contacts | cleanup.policy=compact | the records of a buyer replace each other | delete",
                "order-events | cleanup.policy=compact,delete | the records of a buyer replace each other | delete",
                "order-events | message.timestamp.before.max.ms=86400000 | of 1d | 9223372036854775807",
                "order-events | message.timestamp.after.max.ms=9223372036854775807 | further ahead than a day | 3600000",
                "leak-verdicts | cleanup.policy=delete | a verdict that still holds is deleted after 7d | compact",
                "leak-verdicts | cleanup.policy=compact | of 0m is shorter than the 70d | -",
                "leak-epochs | message.timestamp.type=CreateTime | counts from event time | LogAppendTime",
                "leak-alerts | retention.ms=604800000 | shorter than the 400d | 34560000000",
                "leak-evidence | cleanup.policy=compact | only the last record of each key | delete",
                "leak-audit | retention.ms=604800000 | shorter than the 3650d | 315360000000",
                "dead-letters | message.timestamp.type=CreateTime | counts from event time | LogAppendTime",
                "dead-letters | cleanup.policy=compact | brokers reject records without a key | delete",
                "leak-alerts | max.message.bytes=10000 | max.message.bytes is 10000 | 1048588",
                "leak-suspects | cleanup.policy=delete | is deleted after 7d | compact",
                "leak-suspects | message.timestamp.after.max.ms=3600000 | of 1h | 9223372036854775807",
            })
    void whatIsWrongIsSaid(String name, String given, String expected, String mended) {
        String[] setting = given.split("=", 2);
        TopicConfigs.Review review =
                CONFIGS.review(topic(name), changed(KAFKAS_DEFAULTS, Map.of(setting[0], setting[1])));
        List<String> all = new ArrayList<>(review.problems());
        all.addAll(review.warnings());
        assertTrue(all.stream().anyMatch(text -> text.contains(expected)), all.toString());
        assertTrue(mended.equals("-") || mended.equals(review.changes().get(setting[0])), review.toString());
        assertEquals(
                given.contains("compact")
                        && (expected.contains("replace each other") || expected.contains("brokers reject")),
                !review.problems().isEmpty());
    }

    @Test
    void whatTheAuditHoldsCarriesTheTimeOfWritingAnyway() {
        Map<String, String> config =
                changed(CONFIGS.ofNew(topic("leak-audit")), Map.of("message.timestamp.type", "CreateTime"));
        assertEquals(List.of(), CONFIGS.review(topic("leak-audit"), config).warnings());
    }

    @Test
    void inputIsKeptForAsLongAsIsLookedBackUpon() {
        Settings settings = Settings.of(Map.of("ring.days", "365", "retention.input", "30d"));
        long day = 86_400_000;
        long needed = (2 * 365 + 14) * day + 600_000;
        assertEquals(
                Long.toString(needed + 30 * day),
                new TopicConfigs(settings).ofNew(topic("order-events")).get("retention.ms"));
    }

    @Test
    void theApplicationsOwnTopicsAreLookedAtToo() {
        TopicConfigs.Review changelog = CONFIGS.reviewInternal("a-buyer-log-changelog", KAFKAS_DEFAULTS);
        assertEquals(
                Map.of("cleanup.policy", "compact", "message.timestamp.after.max.ms", "9223372036854775807"),
                changelog.changes());
        TopicConfigs.Review between = CONFIGS.reviewInternal("a-correlations-repartition", KAFKAS_DEFAULTS);
        assertEquals("-1", between.changes().get("retention.ms"));
        assertEquals(
                "kafka-configs.sh --bootstrap-server localhost:9092 --alter --entity-type topics --entity-name "
                        + "a-correlations-repartition --add-config "
                        + "message.timestamp.after.max.ms=9223372036854775807,retention.ms=-1",
                CONFIGS.command("a-correlations-repartition", between.changes()));
    }
}
