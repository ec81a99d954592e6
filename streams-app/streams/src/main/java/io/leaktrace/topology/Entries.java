package io.leaktrace.topology;

import java.util.function.BiConsumer;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;

/** What a store must be able to do for {@link MarketStateStore}. */
public interface Entries<K> {

    /** The value, or null. */
    byte[] get(K key);

    void put(K key, byte[] value);

    void delete(K key);

    /** Gives all of them; nothing may be put or deleted meanwhile. */
    void forEach(BiConsumer<K, byte[]> receiver);

    /** Those of a store of Kafka Streams. */
    static <K> Entries<K> of(KeyValueStore<K, byte[]> store) {
        return new Entries<>() {
            @Override
            public byte[] get(K key) {
                return store.get(key);
            }

            @Override
            public void put(K key, byte[] value) {
                store.put(key, value);
            }

            @Override
            public void delete(K key) {
                store.delete(key);
            }

            @Override
            public void forEach(BiConsumer<K, byte[]> receiver) {
                try (KeyValueIterator<K, byte[]> all = store.all()) {
                    while (all.hasNext()) {
                        KeyValue<K, byte[]> entry = all.next();
                        receiver.accept(entry.key, entry.value);
                    }
                }
            }
        };
    }
}
