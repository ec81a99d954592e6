package io.leaktrace.topology;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.processor.api.MockProcessorContext;
import org.apache.kafka.streams.state.Stores;
import org.junit.jupiter.api.Test;

class BuyerStoreTest {

    @Test
    void theBlocksOfBothLogsAreKeptApart() {
        BuyerStore store = BuyerStore.builder(Stores.keyValueStoreBuilder(
                                Stores.inMemoryKeyValueStore(BuyerStore.NAME), Serdes.Bytes(), Serdes.ByteArray())
                        .withLoggingDisabled())
                .build();
        Properties config = new Properties();
        config.put(StreamsConfig.APPLICATION_ID_CONFIG, "leaktrace");
        config.put(StreamsConfig.BOOTSTRAP_SERVERS_CONFIG, "unused:9092");
        store.init(new MockProcessorContext<>(config).getStateStoreContext(), store);
        for (byte number = 1; number <= 3; number++) {
            store.recent().put(number, new byte[] {number});
            store.past().put(number, new byte[] {number, number});
        }
        store.putHashKey(new byte[] {7});
        store.recent().delete(1);
        store.past().delete(3);

        assertArrayEquals(new byte[] {2}, store.recent().get(2));
        assertArrayEquals(new byte[] {2}, store.past().read(2, 1, 5), "up to the end of the block");
        assertNull(store.recent().get(1));
        assertNull(store.past().read(3, 0, 1));
        assertEquals(Integer.MAX_VALUE, store.recent().blocksOnHeap(), "in memory, a log need not drop any");

        TreeMap<Long, Integer> lengths = new TreeMap<>();
        store.recent().blocks((block, number) -> lengths.put(number, block.length));
        store.past().blocks((block, number) -> lengths.merge(number, 10 * block.length, Integer::sum));
        assertEquals(new TreeMap<>(Map.of(1L, 20, 2L, 21, 3L, 1)), lengths);
        store.close();
    }
}
