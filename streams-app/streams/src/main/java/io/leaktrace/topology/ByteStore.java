package io.leaktrace.topology;

import java.util.function.BiConsumer;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;

/** A key-value store of bytes, as {@link MarketStateStore} uses it. */
public interface ByteStore<K> {

    /** Returns the value of a key, or null. */
    byte[] get(K key);

    void put(K key, byte[] value);

    void delete(K key);

    /** Passes all entries to a receiver, which must not change the store. */
    void forEach(BiConsumer<K, byte[]> receiver);

    /** Returns a view of a store of Kafka Streams. */
    static <K> ByteStore<K> of(KeyValueStore<K, byte[]> store) {
        return new ByteStore<>() {
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
