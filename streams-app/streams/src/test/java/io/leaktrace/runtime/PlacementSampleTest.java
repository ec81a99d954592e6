package io.leaktrace.runtime;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.leaktrace.runtime.PlacementSample.TopicPlacement;
import io.leaktrace.topology.InputPlacement;
import io.leaktrace.topology.KeyPlacement;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PlacementSampleTest {

    private static final byte[] VALUE = {1};

    /** What is on a topic: {@code murmur2:40} are forty keys placed by that rule, joined by {@code +}. */
    private static TopicPlacement found(String what, int partitions) {
        List<ConsumerRecord<byte[], byte[]>> records = new ArrayList<>();
        for (String part : what.split("\\+")) {
            String[] ruleAndCount = part.split(":");
            for (int i = 0; ruleAndCount.length == 2 && i < Integer.parseInt(ruleAndCount[1]); i++) {
                byte[] key = (ruleAndCount[0] + " buyer " + i).getBytes(StandardCharsets.UTF_8);
                int partition =
                        switch (ruleAndCount[0]) {
                            case "murmur2" -> KeyPlacement.MURMUR2.partition(key, partitions);
                            case "crc32" -> KeyPlacement.CRC32.partition(key, partitions);
                            default -> i % partitions;
                        };
                records.add(new ConsumerRecord<>("topic", partition, i, key, VALUE));
            }
        }
        records.sort(Comparator.comparingInt(ConsumerRecord::partition));
        return TopicPlacement.of("topic", partitions, records);
    }

    /** {@code moves} are the topics that are repartitioned. */
    @ParameterizedTest
    @CsvSource({
        // orders setting, contacts setting, orders, partitions, contacts, partitions, rule, moves
        "auto, auto, none, 4, none, 4, MURMUR2, nothing",
        "auto, auto, murmur2:500, 4, murmur2:50, 4, MURMUR2, nothing",
        "auto, auto, crc32:500, 4, crc32:50, 4, CRC32, nothing",
        "auto, auto, crc32:500, 4, murmur2:50, 4, CRC32, contacts",
        "auto, auto, murmur2:500, 4, crc32:50, 4, MURMUR2, contacts",
        "auto, auto, murmur2:500, 4, round:50, 4, MURMUR2, contacts",
        "auto, auto, crc32:500, 4, none, 4, CRC32, nothing",
        "auto, auto, none, 4, crc32:50, 4, CRC32, nothing",
        "auto, auto, murmur2:500+round:4, 4, murmur2:50, 4, MURMUR2, nothing",
        "auto, auto, murmur2:300+crc32:200, 4, murmur2:50, 4, MURMUR2, orders",
        "auto, auto, murmur2:200+crc32:300, 4, murmur2:50, 4, CRC32, orders+contacts",
        "auto, auto, round:500, 1, round:50, 1, MURMUR2, nothing",
        "auto, auto, round:500, 1, murmur2:50, 3, MURMUR2, contacts",
        "auto, auto, murmur2:500, 12, murmur2:50, 4, MURMUR2, contacts",
        "auto, any, murmur2:500, 4, murmur2:50, 4, MURMUR2, contacts",
        "any, auto, murmur2:500, 4, murmur2:50, 4, MURMUR2, orders",
        "any, any, none, 1, none, 1, MURMUR2, nothing",
        "crc32, auto, none, 4, murmur2:50, 4, CRC32, contacts",
        "crc32, crc32, murmur2:500, 4, murmur2:50, 4, CRC32, nothing",
    })
    void whatIsRepartitionedFollowsFromTheKeysAndTheSettings(
            String ordersSetting,
            String contactsSetting,
            String orders,
            int orderPartitions,
            String contacts,
            int contactPartitions,
            KeyPlacement rule,
            String moves) {
        InputPlacement placement = PlacementSample.decide(
                ordersSetting,
                contactsSetting,
                found(orders, orderPartitions),
                found(contacts, contactPartitions),
                Optional.empty(),
                Optional.empty(),
                Optional.empty());
        assertEquals(
                new InputPlacement(
                        rule, orderPartitions, contactPartitions, moves.contains("orders"), moves.contains("contacts")),
                placement);
    }

    @Test
    void whatHasBeenRepartitionedStaysSo() {
        InputPlacement placement = PlacementSample.decide(
                "auto",
                "auto",
                found("murmur2:500", 4),
                found("murmur2:50", 4),
                Optional.of(KeyPlacement.CRC32),
                Optional.empty(),
                Optional.empty());
        assertEquals(new InputPlacement(KeyPlacement.CRC32, 4, 4, true, true), placement);
        placement = PlacementSample.decide(
                "auto",
                "auto",
                found("murmur2:500", 4),
                found("murmur2:50", 4),
                Optional.empty(),
                Optional.of(KeyPlacement.MURMUR2),
                Optional.empty());
        assertEquals(new InputPlacement(KeyPlacement.MURMUR2, 4, 4, false, true), placement);
    }

    @ParameterizedTest
    @CsvSource({"none, false", "crc32:500, false", "murmur2:500, true"})
    void sourceTopicsKeepTheRuleByWhichTheyHaveBeenRepartitioned(String orders, boolean movesOrders) {
        InputPlacement placement = PlacementSample.decide(
                "auto",
                "auto",
                found(orders, 4),
                found("crc32:50", 4),
                Optional.empty(),
                Optional.empty(),
                Optional.of(KeyPlacement.CRC32));
        assertEquals(new InputPlacement(KeyPlacement.CRC32, 4, 4, movesOrders, false), placement);
    }

    @Test
    void tombstonesAndRecordsWithoutKeySayNothing() {
        List<ConsumerRecord<byte[], byte[]>> records = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            byte[] key = ("buyer " + i).getBytes(StandardCharsets.UTF_8);
            for (byte[] other : Stream.of(key, new byte[0]).toList()) {
                records.add(new ConsumerRecord<>("topic", 0, i, other, other == key ? null : VALUE));
            }
            records.add(new ConsumerRecord<>("topic", 0, i, null, VALUE));
        }
        assertEquals(0, TopicPlacement.of("topic", 4, records).keys());
    }

    /** One talkative buyer says as much as a quiet one. */
    @Test
    void aKeyCountsOnce() {
        byte[] key = "buyer".getBytes(StandardCharsets.UTF_8);
        ConsumerRecord<byte[], byte[]> record = new ConsumerRecord<>("topic", 0, 0, key, VALUE);
        assertEquals(
                1,
                TopicPlacement.of("topic", 4, List.of(record, record, record)).keys());
    }
}
