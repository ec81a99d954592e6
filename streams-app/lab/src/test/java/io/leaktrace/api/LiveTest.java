package io.leaktrace.api;

import static io.leaktrace.testing.Given.day;
import static io.leaktrace.testing.Given.seller;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.leaktrace.domain.Alert;
import io.leaktrace.domain.Epoch;
import io.leaktrace.domain.InputCounts;
import io.leaktrace.domain.LeakVerdict;
import io.leaktrace.domain.Unmatched;
import io.leaktrace.domain.Verdict;
import io.leaktrace.runtime.Settings;
import io.leaktrace.topics.RecordSource;
import io.leaktrace.topology.Topics;
import io.leaktrace.wire.WireFormat;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.errors.DisconnectException;
import org.junit.jupiter.api.Test;

/** What is followed through a connection that is lost. */
class LiveTest {

    private final WireFormat wire = WireFormat.local();
    private final Topics topics = new Topics("");

    /** Values by topic; the index is the offset. */
    private final Map<String, List<byte[]>> written = Map.of(
            topics.leakEpochs(),
            List.of(epoch(1), epoch(2), epoch(3), epoch(4)),
            topics.leakVerdicts(),
            List.of(verdict(1, Verdict.CONFIRMED), verdict(2, Verdict.DISMISSED), verdict(3, Verdict.REMEDIATED)),
            topics.leakAlerts(),
            List.of());

    /** Where each topic was opened, one after the other. */
    private final Map<String, List<Map<Integer, Long>>> opened = new ConcurrentHashMap<>();

    private final List<String> emitted = Collections.synchronizedList(new ArrayList<>());
    private final List<Instant> times = Collections.synchronizedList(new ArrayList<>());
    private Live live;

    private byte[] epoch(int day) {
        Instant end = day(day);
        return wire.findings()
                .serialize(
                        topics.leakEpochs(),
                        new Epoch(
                                "m",
                                end,
                                end,
                                false,
                                null,
                                InputCounts.NONE,
                                Unmatched.NONE,
                                1,
                                1,
                                0,
                                0,
                                0.001,
                                1,
                                1,
                                0,
                                5.1));
    }

    private byte[] verdict(int day, Verdict verdict) {
        return wire.leakVerdicts()
                .serialize(topics.leakVerdicts(), new LeakVerdict(seller("s-1"), verdict, "mei", day(day), "", null));
    }

    /** At first, a topic ends at its third record and the connection is lost behind it. */
    private RecordSource open(String topic, Map<Integer, Long> from) {
        List<Map<Integer, Long>> openings = opened.computeIfAbsent(topic, none -> new ArrayList<>());
        openings.add(from);
        boolean first = openings.size() == 1;
        List<byte[]> values = written.get(topic);
        return new RecordSource() {
            private int next = from.getOrDefault(0, 0L).intValue();

            private void give(int to, Consumer<ConsumerRecord<byte[], byte[]>> receiver) {
                for (; next < Math.min(to, values.size()); next++) {
                    byte[] key = "SELLER:s-1".getBytes(StandardCharsets.UTF_8);
                    receiver.accept(new ConsumerRecord<>(topic, 0, next, key, values.get(next)));
                    if (topic.equals(topics.leakEpochs())) {
                        times.add(live.latestEpoch().orElseThrow().end());
                    }
                }
            }

            @Override
            public void readRecordsToEnd(Consumer<ConsumerRecord<byte[], byte[]>> receiver) {
                give(first ? 2 : values.size(), receiver);
            }

            @Override
            public void pollRecords(Consumer<ConsumerRecord<byte[], byte[]>> receiver) {
                if (first) {
                    give(3, receiver);
                    throw new DisconnectException();
                }
                rest();
            }

            private void rest() {
                try {
                    Thread.sleep(10);
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
            }

            @Override
            public void close() {
                // Nothing is open.
            }
        };
    }

    @Test
    void afterALostConnectionItReadsOnWhereItWas() throws Exception {
        live = new Live(Settings.of(Map.of()), wire, this::open);
        live.add(new Live.Listener() {
            @Override
            public void onEpoch(Epoch epoch) {
                emitted.add("epoch " + epoch.end());
            }

            @Override
            public void onAlert(Alert alert) {
                emitted.add("alert");
            }

            @Override
            public void onVerdict(LeakVerdict verdict) {
                emitted.add("verdict " + verdict.verdict());
            }
        });
        live.start();
        try {
            WatchedMarket.await(() ->
                    emitted.size() >= 3 && opened.get(topics.leakVerdicts()).size() == 2);
        } finally {
            live.close();
        }
        assertEquals(List.of(Map.of(), Map.of(0, 3L)), opened.get(topics.leakEpochs()));
        assertEquals(List.of(Map.of(), Map.of(0, 3L)), opened.get(topics.leakVerdicts()));
        List<String> sorted = emitted.stream().sorted().toList();
        assertEquals(List.of("epoch " + day(3), "epoch " + day(4), "verdict REMEDIATED"), sorted);
        assertEquals(Verdict.REMEDIATED, live.verdicts().get(seller("s-1")).verdict());
        assertEquals(day(4), live.latestEpoch().orElseThrow().end());
        assertEquals(times.stream().sorted().toList(), times, "the time of the market does not go back");
    }
}
