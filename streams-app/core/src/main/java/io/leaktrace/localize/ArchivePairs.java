package io.leaktrace.localize;

import io.leaktrace.domain.Fields;
import java.util.Arrays;
import java.util.List;

/**
 * The pairs of a custodian and an incident in the sliding window of a buyer whose orders it touched within the memory
 * ({@link PastLists}), of all custodians that are not dismissed. Those of a custodian are ordered by time.
 */
final class ArchivePairs {

    private final EpochData data;
    private final PastLists lists;

    // By account: its first pair and its last plus one.
    private final int[] first;
    private final int[] end;

    /** By day of the sliding window: its first incident; one element more than days. */
    private final int[] firstOfDay;

    /** By account: the probability that it gains an order's data by a touch that is no access. */
    private final double[] unlogged;

    /** By account: the intensity of its leak of today, by pair from its first on; null for accounts without one. */
    private final double[][] today;

    private ArchivePairs(Attribution attribution) {
        this.data = attribution.data();
        this.lists = data.derived().past();
        List<Account> accounts = data.accounts();
        first = new int[accounts.size()];
        end = new int[first.length];
        unlogged = new double[first.length];
        today = new double[first.length][];
        firstOfDay = new int[data.days().slidingDays() + 1];
        for (int day = 0; day < firstOfDay.length; day++) {
            firstOfDay[day] = data.columns().firstFrom(data.days().slidingFrom() + day);
        }
        for (Account account : accounts) {
            unlogged[account.index()] = data.settings().accesses().unlogged(account.custodian());
        }
        int[] indexOfSlot = data.indexOfSlot();
        for (int slot = 0; slot < indexOfSlot.length; slot++) {
            int index = indexOfSlot[slot];
            if (index >= 0 && !accounts.get(index).isDismissed()) {
                first[index] = lists.firstOfSlot[slot];
                end[index] = lists.endOfSlot[slot];
                today[index] = today(attribution, accounts.get(index));
            }
        }
    }

    /** Returns the pairs of all custodians that are not dismissed. */
    static ArchivePairs find(Attribution attribution) {
        return new ArchivePairs(attribution);
    }

    private double[] today(Attribution attribution, Account account) {
        int index = account.index();
        if (!attribution.of(account).carriesBlame()) {
            return null;
        }
        double[] ofPairs = new double[end[index] - first[index]];
        for (int pair = 0; pair < ofPairs.length; pair++) {
            int candidate = data.candidates().of(lists.incident[first[index] + pair], index);
            ofPairs[pair] = candidate < 0 ? 0 : attribution.intensities().blame(candidate);
        }
        return ofPairs;
    }

    /** Returns the first pair of an account, by the account's index. */
    int first(int account) {
        return first[account];
    }

    /** Returns the last pair of an account plus one. */
    int end(int account) {
        return end[account];
    }

    /** Returns the number of pairs of an account. */
    int size(int account) {
        return end[account] - first[account];
    }

    /** Returns the index of a pair's incident. */
    int incident(int pair) {
        return lists.incident[pair];
    }

    /** Returns the pair of an incident and an account, or −1. */
    int of(int incident, int account) {
        int found = Arrays.binarySearch(lists.incident, first[account], end[account], incident);
        return found < 0 ? -1 : found;
    }

    /** Returns the number of incidents that two accounts both have. */
    int inCommon(int account, int other) {
        int common = 0;
        int pairOfOther = first[other];
        for (int pair = first[account]; pair < end[account]; pair++) {
            while (pairOfOther < end[other] && lists.incident[pairOfOther] < lists.incident[pair]) {
                pairOfOther++;
            }
            common += pairOfOther < end[other] && lists.incident[pairOfOther] == lists.incident[pair] ? 1 : 0;
        }
        return common;
    }

    /**
     * Returns an account's first pair after a day of the sliding window; 0 is the first day.
     *
     * @param pair the account's first pair that is not before the day
     */
    int endOfDay(int account, int pair, int day) {
        int found = Arrays.binarySearch(lists.incident, pair, end[account], firstOfDay[day + 1]);
        return found < 0 ? -found - 1 : found;
    }

    /**
     * Returns the number of weeks in which the custodian touched orders of the incident's buyer; if its accesses are
     * logged, those in which it gained their data, in the mean.
     */
    double weeks(int account, int pair) {
        double touched = unlogged[account] * Integer.bitCount(lists.weeks[pair]);
        return unlogged[account] < 1
                ? touched + (1 - unlogged[account]) * Integer.bitCount(lists.accessed(pair))
                : touched;
    }

    /** Returns the bits of the weeks in which the custodian most likely gained the data of the buyer's orders. */
    int gainedWeeks(int account, int pair) {
        boolean atAccess = unlogged[account] < 0.5 && lists.accessed(pair) != 0;
        return atAccess ? lists.accessed(pair) : lists.weeks[pair];
    }

    /** Whether all numbers of weeks are integers, which can be added in any order. */
    boolean haveWholeWeeks() {
        return Arrays.stream(unlogged).allMatch(probability -> probability == 1);
    }

    /** Returns the bits of all fields that the custodian saw of these orders, or {@link Fields#OF_ROLE}. */
    int saw(int pair) {
        return lists.saw(pair);
    }

    /** Returns the intensity of the custodian's leak of today, in reported contacts per day. */
    double today(int account, int pair) {
        return today[account] == null ? 0 : today[account][pair - first[account]];
    }
}
