package io.leaktrace.correlate;

import it.unimi.dsi.fastutil.longs.Long2IntMap;
import it.unimi.dsi.fastutil.longs.Long2IntOpenHashMap;
import java.util.SortedMap;
import java.util.TreeMap;

/** Changes of counts, added up until they are taken. They are put in order only then, since every order adds some. */
final class Changes {

    private final Long2IntOpenHashMap changes = new Long2IntOpenHashMap();

    void add(long at, int change) {
        changes.addTo(at, change);
    }

    /** All changes so far but those that came to nothing, in the order of what they are of; none are left. */
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
