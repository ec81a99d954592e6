package io.leaktrace.engine;

import static io.leaktrace.testing.Given.DAY_1;
import static io.leaktrace.testing.Given.aContact;
import static io.leaktrace.testing.Given.anOrder;
import static io.leaktrace.testing.Given.node;
import static io.leaktrace.testing.Given.seller;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.leaktrace.correlate.CorrelateSettings;
import io.leaktrace.domain.Epoch;
import io.leaktrace.domain.Erasure;
import io.leaktrace.domain.Evidence;
import io.leaktrace.domain.Finding;
import io.leaktrace.domain.InputCounts;
import io.leaktrace.domain.InputRecord;
import io.leaktrace.domain.LeakVerdict;
import io.leaktrace.domain.OrderEventType;
import io.leaktrace.domain.Suspect;
import io.leaktrace.domain.Verdict;
import io.leaktrace.localize.ModelSettings;
import io.leaktrace.testing.Seed;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class InMemoryPipelineTest {

    private static final ModelSettings MODEL = ModelSettings.defaults();
    private static final long HOUR = Duration.ofHours(1).toMillis();

    /** A record of a partition; null as the record if it was rejected. */
    private record Arrival(int partition, InputRecord record) {}

    private static InMemoryPipeline pipeline(int threads, int partitions, LocalizeStage.Listener listener) {
        return new InMemoryPipeline(
                "test",
                MODEL,
                new CorrelateSettings(MODEL.window(), MODEL.epoch(), HOUR, MODEL.memoryDays()),
                true,
                threads,
                partitions,
                Stream.generate(InMemoryCorrelatorStore::new)
                        .limit(InMemoryPipeline.correlators(partitions))
                        .toList(),
                MarketStore.none(),
                listener);
    }

    @Test
    void anErrorOfTheSecondStageReachesTheCaller() throws Exception {
        Error error = new StackOverflowError("as if");
        try (InMemoryPipeline pipeline = pipeline(1, 1, (finding, end) -> {
            throw error;
        })) {
            byte[] key = "zhou".getBytes(StandardCharsets.UTF_8);
            pipeline.accept(0, key, anOrder("o").by("zhou").from(seller("s")).at(DAY_1));
            IllegalStateException failed = assertThrows(IllegalStateException.class, pipeline::end);
            assertEquals(error, failed.getCause());
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 3})
    void theFindingsDoNotDependOnTheNumberOfThreads(int partitions) throws Exception {
        List<Arrival> arrivals = arrivals(new Random(Seed.of("InMemoryPipelineTest")), partitions);
        List<Finding> expected = findings(arrivals, 1, partitions);
        InputCounts counts = expected.stream()
                .filter(Epoch.class::isInstance)
                .map(finding -> ((Epoch) finding).counts())
                .reduce(InputCounts.NONE, InputCounts::plus);
        assertTrue(
                counts.late() > 0 && counts.expired() > 0 && counts.duplicate() > 0 && counts.bad() > 0,
                counts::toString);
        assertTrue(expected.stream().anyMatch(Suspect.class::isInstance));
        assertTrue(expected.stream().anyMatch(Evidence.class::isInstance));
        for (int threads : List.of(2, 3, 8)) {
            List<Finding> found = findings(arrivals, threads, partitions);
            for (int i = 0; i < Math.min(expected.size(), found.size()); i++) {
                assertEquals(expected.get(i), found.get(i), threads + " threads, finding " + i);
            }
            assertEquals(expected.size(), found.size());
        }
    }

    private static List<Finding> findings(List<Arrival> arrivals, int threads, int partitions) throws Exception {
        List<Finding> findings = new ArrayList<>();
        try (InMemoryPipeline pipeline = pipeline(threads, partitions, (finding, end) -> findings.add(finding))) {
            int count = 0;
            for (Arrival arrival : arrivals) {
                if (arrival.record == null) {
                    pipeline.countBad(arrival.partition);
                } else {
                    byte[] key = arrival.record.key().getBytes(StandardCharsets.UTF_8);
                    pipeline.accept(arrival.partition, key, arrival.record);
                }
                if (++count % 3_000 == 0) {
                    pipeline.awaitSecond();
                    pipeline.save();
                }
            }
            pipeline.end();
        }
        return findings;
    }

    /** Records of some weeks: some late, expired, repeated with another time, rejected or too large for the log. */
    private static List<Arrival> arrivals(Random random, int partitions) {
        List<Arrival> arrivals = new ArrayList<>();
        Instant now = DAY_1;
        for (int i = 0; i < 8_000; i++) {
            now = now.plusSeconds(random.nextInt(1_000));
            String buyer = "b" + random.nextInt(300);
            int partition = Math.floorMod(buyer.hashCode(), partitions);
            Instant time = random.nextInt(10) > 0 ? now : now.minus(Duration.ofHours(random.nextInt(1_500)));
            int kind = random.nextInt(1_000);
            InputRecord record;
            if (kind < 3) {
                record = null;
            } else if (kind < 5) {
                record =
                        anOrder("o".repeat(20_000)).by(buyer).from(seller("s1")).at(now.plusSeconds(60));
            } else if (kind < 10) {
                record = new Erasure(buyer, time);
            } else if (kind < 13) {
                record = new LeakVerdict(seller("s" + random.nextInt(9)), Verdict.DISMISSED, "li", now, null, null);
            } else if (kind < 60) {
                record = aContact("c" + random.nextInt(500)).with(buyer).at(time);
            } else {
                record = anOrder("o" + i / 3)
                        .by(buyer)
                        .event(random.nextBoolean() ? OrderEventType.PLACED : OrderEventType.DELIVERED)
                        .withEventId("e" + random.nextInt(12_000))
                        .from(seller("s" + random.nextInt(9)), node("n" + random.nextInt(4)))
                        .at(time);
            }
            arrivals.add(new Arrival(partition, record));
            if (random.nextInt(20) == 0) {
                arrivals.add(arrivals.get(arrivals.size() - 1));
            }
        }
        return arrivals;
    }
}
