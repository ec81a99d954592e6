package io.leaktrace.topology;

/** Receives a report when a task has seen that keys of an input topic are placed by another rule than is assumed. */
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
