package io.leaktrace.runtime;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.leaktrace.embedded.EmbeddedBroker;
import io.leaktrace.embedded.Ports;
import io.leaktrace.wire.RegistryUnavailableException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.streams.KafkaStreams.State;
import org.apache.kafka.streams.errors.ProcessorStateException;
import org.apache.kafka.streams.errors.StreamsException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PipelineHealthTest {

    private static final TopicPartition ORDERS = new TopicPartition("order-events", 0);

    @TempDir
    private Path folder;

    private final SetClock clock = new SetClock();
    private final PipelineHealth health = new PipelineHealth(clock);
    private final ReadingProgress progress = new ReadingProgress(clock);
    private final Streams streams = new Streams();
    private final PipelineWatch watch = new PipelineWatch(health, progress, streams, clock);

    private void assertReady() {
        assertEquals(List.of(), health.reasons());
    }

    private void assertNotReady(String reason) {
        List<String> reasons = health.reasons();
        assertEquals(1, reasons.size(), reasons.toString());
        assertTrue(reasons.get(0).contains(reason), reasons.toString());
    }

    @Test
    void oneReplacedThreadIsAnAccidentAndTwoAreAReason() {
        StreamsException refused = new StreamsException("cannot commit", new TimeoutException("no answer in 60000 ms"));
        health.threadReplaced(refused);
        assertReady();
        clock.pass(Duration.ofSeconds(45));
        health.threadReplaced(refused);
        assertNotReady("StreamsException, caused by TimeoutException: no answer in 60000 ms");
        clock.pass(PipelineHealth.REPLACED_WITHIN);
        assertReady();
    }

    @Test
    void aRegistryThatIsAwayIsAReasonAtOnce() {
        health.threadReplaced(
                new StreamsException("x", new RegistryUnavailableException("no answer from http://registry", null)));
        assertNotReady("no answer from http://registry");
        clock.pass(PipelineHealth.REGISTRY_WITHIN.plusSeconds(1));
        assertReady();
    }

    @Test
    void noReasonNamesABuyer() {
        String buyer = "zhou";
        Throwable problem = new StreamsException(
                "Exception caught in process, key=" + buyer,
                new ProcessorStateException("cannot put " + buyer, new NumberFormatException("For input: " + buyer)));
        String words = PipelineHealth.describe(problem);
        assertFalse(words.contains(buyer), words);
        assertTrue(words.contains("NumberFormatException in"), words);
        assertTrue(words.contains("PipelineHealthTest.java:"), words);
    }

    @Test
    void othersReportAndClearReasonsAndNotes() {
        health.report("b", "a second reason");
        health.report("a", "a first reason");
        health.note("c", "worth knowing");
        assertEquals(List.of("a first reason", "a second reason"), health.reasons());
        assertEquals(List.of("worth knowing"), health.notes());
        health.report("a", "what changed");
        health.clear("b");
        health.clear("c");
        assertEquals(List.of("what changed"), health.reasons());
        assertEquals(List.of(), health.notes());
    }

    @Test
    void recordsThatAreNotReadAreAReason() throws InterruptedException {
        progress.polled(true, Map.of(ORDERS, 80L));
        for (int i = 0; i < 4; i++) {
            clock.pass(Duration.ofMinutes(1));
            progress.polled(false, Map.of(ORDERS, 80L));
        }
        watch.look();
        assertNotReady("80 wait in order-events-0");
        progress.polled(false, Map.of(ORDERS, 0L));
        watch.look();
        assertReady();
        clock.pass(ReadingProgress.STUCK_AFTER.plusSeconds(1));
        watch.look();
        assertNotReady("a stream thread is stuck");
    }

    @Test
    void aStateThatIsRestoredForLongIsNoStall() throws InterruptedException {
        streams.state = State.REBALANCING;
        progress.polled(false, Map.of(ORDERS, 80L));
        clock.pass(Duration.ofHours(1));
        watch.look();
        assertReady();
        streams.state = State.RUNNING;
        watch.look();
        assertReady();
    }

    @Test
    void aThreadThatIsGoneIsNotWaitedFor() throws InterruptedException {
        Thread gone = new Thread(() -> progress.polled(false, Map.of(ORDERS, 80L)));
        gone.start();
        gone.join();
        clock.pass(Duration.ofHours(1));
        watch.look();
        assertReady();
    }

    @Test
    void brokersThatAreAwayAreAReason() throws InterruptedException {
        streams.silence = 61;
        watch.look();
        assertNotReady("the brokers do not answer: the last heartbeat was 2014-07-22T01:28:59Z");
        streams.silence = 1;
        watch.look();
        assertReady();
    }

    @Test
    void whatBrokersCannotKeepIsToldAfterAMinute() throws InterruptedException {
        streams.state = State.REBALANCING;
        streams.internalTopics = Optional.of("the brokers cannot keep the topic");
        watch.look();
        assertReady();
        clock.pass(PipelineWatch.START_TIMEOUT.plusSeconds(1));
        watch.look();
        assertNotReady("the brokers cannot keep the topic");
        streams.state = State.RUNNING;
        watch.look();
        assertReady();
    }

    @Test
    void aTransactionLogOfThreeReplicasOnOneBrokerIsNamed() throws InterruptedException {
        int port = Ports.free();
        int controllerPort = Ports.free();
        Map<String, String> config = Map.of(
                "process.roles", "broker,controller",
                "node.id", "1",
                "controller.quorum.voters", "1@127.0.0.1:" + controllerPort,
                "listeners", "PLAINTEXT://127.0.0.1:" + port + ",CONTROLLER://127.0.0.1:" + controllerPort,
                "advertised.listeners", "PLAINTEXT://127.0.0.1:" + port,
                "listener.security.protocol.map", "PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT",
                "controller.listener.names", "CONTROLLER",
                "offsets.topic.replication.factor", "1");
        try (EmbeddedBroker broker =
                EmbeddedBroker.start(folder, Uuid.randomUuid().toString(), config, List.of())) {
            Settings settings = Settings.of(Map.of("bootstrap.servers", broker.bootstrapServers()));
            String problem = new InternalTopicsCheck(settings).problem().orElseThrow();
            assertTrue(problem.contains("it needs 3 replicas and has brokers for 1"), problem);
            assertTrue(problem.contains("transaction.state.log.replication.factor"), problem);
            Settings without = settings.with(Map.of("processing.guarantee", "at_least_once"));
            assertEquals(Optional.empty(), new InternalTopicsCheck(without).problem());
        }
    }

    private static final class Streams implements PipelineWatch.Watched {

        State state = State.RUNNING;
        double silence = -1;
        Optional<String> internalTopics = Optional.empty();

        @Override
        public State state() {
            return state;
        }

        @Override
        public double secondsSinceHeartbeat() {
            return silence;
        }

        @Override
        public Optional<String> internalTopicsProblem() {
            return internalTopics;
        }
    }

    private static final class SetClock extends Clock {

        private Instant now = Instant.parse("2014-07-22T01:30:00Z");

        void pass(Duration time) {
            now = now.plus(time);
        }

        @Override
        public Instant instant() {
            return now;
        }

        @Override
        public ZoneId getZone() {
            return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(ZoneId zone) {
            throw new UnsupportedOperationException("nobody asks for it");
        }
    }
}
