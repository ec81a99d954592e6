package io.leaktrace.api;

import java.util.Collection;
import java.util.HashMap;
import java.util.Map;

/** Names of buyers and orders, shown short: enough to tell them apart on a page, and no more. */
final class Pseudonym {

    private static final int SHOWN = 8;

    private Pseudonym() {}

    static String brief(String name) {
        return brief(name, Math.min(SHOWN, (name.length() + 1) / 2));
    }

    private static String brief(String name, int length) {
        return length >= name.length() ? name : name.substring(0, length) + "…";
    }

    /** The same for several that are to be told apart. */
    static Map<String, String> brief(Collection<String> names) {
        int longest = names.stream().mapToInt(String::length).max().orElse(0);
        int shortest =
                names.stream().mapToInt(name -> (name.length() + 1) / 2).max().orElse(0);
        for (int length = Math.min(SHOWN, shortest); length < longest; length++) {
            int shown = length;
            if (names.stream().map(name -> brief(name, shown)).distinct().count()
                    == names.stream().distinct().count()) {
                return map(names, shown);
            }
        }
        return map(names, longest);
    }

    private static Map<String, String> map(Collection<String> names, int length) {
        Map<String, String> brief = new HashMap<>();
        names.forEach(name -> brief.put(name, brief(name, length)));
        return brief;
    }
}
