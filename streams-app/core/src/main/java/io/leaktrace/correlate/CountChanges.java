package io.leaktrace.correlate;

import it.unimi.dsi.fastutil.longs.Long2IntMap;
import it.unimi.dsi.fastutil.longs.Long2IntOpenHashMap;
import java.util.SortedMap;
import java.util.TreeMap;

/** Sums of changes of counts by key, until they are taken. They are sorted only then, since every order adds some. */
final class CountChanges {

    private final Long2IntOpenHashMap changes = new Long2IntOpenHashMap();

    void add(long at, int change) {
        changes.addTo(at, change);
    }

    /** Returns and clears all non-zero changes, sorted by key. */
    SortedMap<Long, Integer> take() {
        TreeMap<Long, Integer> taken = new TreeMap<>();
        for (Long2IntMap.Entry change : changes.long2IntEntrySet()) {
            if (change.getIntValue() != 0) {
                taken.put(change.getLongKey(), change.getIntValue());
            }
        }
        changes.clear();
        return taken;
    }
}
