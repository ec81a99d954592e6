package io.leaktrace.domain;

import io.leaktrace.domain.Campaign.Kind;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Groups contacts into campaigns. Two contacts with the same payee or the same link are of one campaign. Two contacts
 * with the same caller are, if no longer than a given gap passes between consecutive contacts with this caller from one
 * to the other: numbers are forged, given up and assigned again.
 *
 * <p>The result depends on the contacts alone, not on their order. The time is that of sorting them.
 */
public final class Campaigns {

    private static final Comparator<Campaign> LARGEST_FIRST =
            Comparator.comparingInt(Campaign::buyers).reversed().thenComparing(Campaign::first, Campaign.BY_TIME);

    private Campaigns() {}

    /**
     * Returns the campaigns that reached at least two buyers, those with most buyers first.
     *
     * @param evidence attribution records, one for each contact
     * @param callerGap maximum time between consecutive contacts that their caller joins; if it is zero, only payees and
     *     links join
     */
    public static List<Campaign> of(Collection<Evidence> evidence, Duration callerGap) {
        List<Evidence> contacts = evidence.stream()
                .filter(contact -> contact.traces().any())
                .sorted(Campaign.BY_TIME)
                .toList();
        int[] roots = roots(contacts, callerGap);
        Map<Integer, List<Evidence>> groups = new LinkedHashMap<>();
        for (int i = 0; i < roots.length; i++) {
            groups.computeIfAbsent(roots[i], absent -> new ArrayList<>()).add(contacts.get(i));
        }
        return groups.values().stream()
                .filter(Campaigns::reachesTwoBuyers)
                .map(Campaign::of)
                .sorted(LARGEST_FIRST)
                .toList();
    }

    private static boolean reachesTwoBuyers(List<Evidence> group) {
        String first = group.get(0).buyerId();
        return group.stream().anyMatch(contact -> !contact.buyerId().equals(first));
    }

    /** Returns for each contact the number of a contact of its group, the same within a group. */
    private static int[] roots(List<Evidence> contacts, Duration callerGap) {
        int[] parents = new int[contacts.size()];
        Map<Kind, Map<String, Integer>> latest = new EnumMap<>(Kind.class);
        for (Kind kind : Kind.values()) {
            latest.put(kind, new HashMap<>());
        }
        for (int i = 0; i < parents.length; i++) {
            parents[i] = i;
            for (Kind kind : Kind.values()) {
                String value = kind.of(contacts.get(i).traces());
                if (value == null || kind == Kind.CALLER && callerGap.isZero()) {
                    continue;
                }
                Integer before = latest.get(kind).put(value, i);
                boolean joins = before != null
                        && (kind != Kind.CALLER
                                || between(contacts.get(before), contacts.get(i))
                                                .compareTo(callerGap)
                                        <= 0);
                if (joins) {
                    parents[root(parents, before)] = i;
                }
            }
        }
        for (int i = 0; i < parents.length; i++) {
            parents[i] = root(parents, i);
        }
        return parents;
    }

    private static Duration between(Evidence before, Evidence after) {
        return Duration.between(before.contactedAt(), after.contactedAt());
    }

    /** Returns the root of a contact, and halves the path to it (Tarjan and van Leeuwen 1984). */
    private static int root(int[] parents, int contact) {
        int at = contact;
        while (parents[at] != at) {
            parents[at] = parents[parents[at]];
            at = parents[at];
        }
        return at;
    }
}
