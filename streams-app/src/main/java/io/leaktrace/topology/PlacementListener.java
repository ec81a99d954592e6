package io.leaktrace.topology;

/** Is told once a task has seen that the keys of an input topic are placed by another rule than the topology assumes. */
@FunctionalInterface
public interface PlacementListener {

    /**
     * May be called by several threads, and several times for one topic.
     *
     * @param topic the input topic
     * @param message what was seen, what was assumed and what to do; names no key
     */
    void onMisplacedKeys(String topic, String message);
}
