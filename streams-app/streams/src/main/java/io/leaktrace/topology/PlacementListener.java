package io.leaktrace.topology;

/** Receives a report when a task detects that keys of an input topic are placed by another rule than assumed. */
@FunctionalInterface
public interface PlacementListener {

    /**
     * May be called by several threads, and several times for one topic.
     *
     * @param topic the input topic
     * @param message what was observed, what was assumed and what to do; contains no key
     */
    void onMisplacedKeys(String topic, String message);
}
