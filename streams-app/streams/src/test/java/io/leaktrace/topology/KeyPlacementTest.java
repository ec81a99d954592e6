package io.leaktrace.topology;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.charset.StandardCharsets;
import org.apache.kafka.clients.producer.internals.BuiltInPartitioner;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class KeyPlacementTest {

    /** From Python's {@code zlib.crc32(key) % partitions}; {@code InteropTest} compares with a client of librdkafka. */
    @ParameterizedTest
    @CsvSource({
        "zhou, 3, 7",
        "li, 0, 4",
        "buyer-1, 0, 4",
        "buyer-2, 2, 6",
        "13800138000, 1, 5",
        "v1:7f3a9c, 2, 6",
        "王芳, 3, 11",
        "b-1234567890, 3, 7",
        "a, 3, 3",
    })
    void crc32IsLibrdkafkasDefault(String key, int of4, int of12) {
        byte[] bytes = key.getBytes(StandardCharsets.UTF_8);
        assertEquals(of4, KeyPlacement.CRC32.partition(bytes, 4));
        assertEquals(of12, KeyPlacement.CRC32.partition(bytes, 12));
    }

    @Test
    void murmur2IsTheDefaultOfJavasProducer() {
        for (int i = 0; i < 1_000; i++) {
            byte[] key = ("buyer-" + i).getBytes(StandardCharsets.UTF_8);
            assertEquals(
                    BuiltInPartitioner.partitionForKey(key, 7), KeyPlacement.MURMUR2.partition(key, 7), "buyer-" + i);
        }
    }
}
