package io.leaktrace.topology;

import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * How the records of a buyer reach the same correlate task: the rule that assigns buyers to tasks, and which input
 * topics are repartitioned because their writers follow another rule.
 *
 * @param rule assigns buyers to tasks
 * @param partitions number of partitions of the order events, and so the number of correlate tasks
 * @param contactPartitions number of partitions of the scam contacts
 * @param movesOrders whether order events are repartitioned
 * @param movesContacts whether scam contacts are repartitioned
 * @param sourcePartitions number of partitions of each source topic, by name; they are always repartitioned
 */
public record InputPlacement(
        KeyPlacement rule,
        int partitions,
        int contactPartitions,
        boolean movesOrders,
        boolean movesContacts,
        SortedMap<String, Integer> sourcePartitions) {

    public InputPlacement {
        sourcePartitions = Collections.unmodifiableSortedMap(new TreeMap<>(sourcePartitions));
    }

    /** Creates a placement without source topics. */
    public InputPlacement(
            KeyPlacement rule, int partitions, int contactPartitions, boolean movesOrders, boolean movesContacts) {
        this(rule, partitions, contactPartitions, movesOrders, movesContacts, Collections.emptySortedMap());
    }

    /**
     * Returns the placement with these source topics.
     *
     * @param partitionsByName number of partitions of each source topic
     */
    public InputPlacement withSources(SortedMap<String, Integer> partitionsByName) {
        return new InputPlacement(rule, partitions, contactPartitions, movesOrders, movesContacts, partitionsByName);
    }

    /**
     * Returns the placement without repartitioning: both topics are written by Java's producer and have the same number
     * of partitions.
     */
    public static InputPlacement standard(int partitions) {
        return new InputPlacement(KeyPlacement.MURMUR2, partitions, partitions, false, false);
    }

    /**
     * Returns the number of the correlate task that a buyer's records belong to.
     *
     * @param key of the record; null or empty for a record that will be rejected
     */
    public int taskOf(byte[] key) {
        return key == null || key.length == 0 ? 0 : rule.partition(key, partitions);
    }
}
