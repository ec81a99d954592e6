package io.leaktrace.api;

import java.util.HashMap;
import java.util.Map;
import java.util.SortedSet;

/** Short names of buyers and orders, just long enough to distinguish them on a page. */
final class Pseudonym {

    private static final int SHOWN = 8;

    private Pseudonym() {}

    static String brief(String name) {
        int length = Math.min(SHOWN, (name.length() + 1) / 2);
        return length >= name.length() ? name : name.substring(0, length) + "…";
    }

    /** Unique short names of several names: those with the same beginning are numbered, in order. */
    static Map<String, String> brief(SortedSet<String> names) {
        Map<String, Integer> alike = new HashMap<>();
        names.forEach(name -> alike.merge(brief(name), 1, Integer::sum));
        Map<String, Integer> numbers = new HashMap<>();
        Map<String, String> shown = new HashMap<>();
        for (String name : names) {
            String brief = brief(name);
            shown.put(name, alike.get(brief) == 1 ? brief : brief + "#" + numbers.merge(brief, 1, Integer::sum));
        }
        return shown;
    }
}
