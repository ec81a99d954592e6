package io.leaktrace.api;

import java.util.HashMap;
import java.util.Map;
import java.util.SortedSet;

/** Names of buyers and orders, shown short: enough to tell them apart on a page, and no more. */
final class Pseudonym {

    private static final int SHOWN = 8;

    private Pseudonym() {}

    static String brief(String name) {
        int length = Math.min(SHOWN, (name.length() + 1) / 2);
        return length >= name.length() ? name : name.substring(0, length) + "…";
    }

    /** The same for several that are to be told apart: those that begin alike are numbered, in their own order. */
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
