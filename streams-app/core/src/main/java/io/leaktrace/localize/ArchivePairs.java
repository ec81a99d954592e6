package io.leaktrace.localize;

import io.leaktrace.domain.Correlation.PastCustodian;
import io.leaktrace.domain.Fields;
import io.leaktrace.localize.Incidents.Incident;
import it.unimi.dsi.fastutil.doubles.DoubleArrayList;
import it.unimi.dsi.fastutil.ints.IntArrayList;

/**
 * The pairs of a custodian and an incident in the sliding window of a buyer whose orders it touched within the memory.
 * They are ordered by custodian and time.
 */
final class ArchivePairs {

    private final EpochData data;
    private final int[] incident;
    private final double[] weeks;
    private final int[] saw;
    private final double[] today;

    /** By account: its first pair; one element more than accounts. */
    private final int[] first;

    private ArchivePairs(EpochData data, int[] incident, double[] weeks, int[] saw, double[] today, int[] first) {
        this.data = data;
        this.incident = incident;
        this.weeks = weeks;
        this.saw = saw;
        this.today = today;
        this.first = first;
    }

    /** Returns the pairs of all custodians that are not dismissed. */
    static ArchivePairs find(Attribution attribution) {
        EpochData data = attribution.data();
        IntArrayList custodians = new IntArrayList();
        IntArrayList incidents = new IntArrayList();
        DoubleArrayList weeksFound = new DoubleArrayList();
        IntArrayList sawFound = new IntArrayList();
        int[] first = new int[data.accounts().size() + 1];
        for (Incident found : data.incidents()) {
            // Decoys are no part of archives: their orders are not counted in the memory.
            if (found.day < data.days().slidingFrom() || found.decoy) {
                continue;
            }
            int[] slots = found.known.pastSlots();
            for (int p = 0; p < slots.length; p++) {
                int index = data.indexOfSlot()[slots[p]];
                if (index >= 0 && !data.accounts().get(index).isDismissed()) {
                    custodians.add(index);
                    incidents.add(found.index);
                    weeksFound.add(weeks(data, index, found.first.past().get(p)));
                    sawFound.add(found.first.past().get(p).saw());
                    first[index + 1]++;
                }
            }
        }
        for (int index = 0; index < first.length - 1; index++) {
            first[index + 1] += first[index];
        }
        int[] incident = new int[custodians.size()];
        double[] weeks = new double[incident.length];
        int[] saw = new int[incident.length];
        int[] next = first.clone();
        for (int found = 0; found < incident.length; found++) {
            int pair = next[custodians.getInt(found)]++;
            incident[pair] = incidents.getInt(found);
            weeks[pair] = weeksFound.getDouble(found);
            saw[pair] = sawFound.getInt(found);
        }
        return new ArchivePairs(data, incident, weeks, saw, today(attribution, incident, first), first);
    }

    private static double weeks(EpochData data, int index, PastCustodian past) {
        double unlogged =
                data.settings().accesses().unlogged(data.accounts().get(index).custodian());
        double touched = unlogged * Integer.bitCount(past.weeks());
        return unlogged < 1 ? touched + (1 - unlogged) * Integer.bitCount(past.accessed()) : touched;
    }

    private static double[] today(Attribution attribution, int[] incident, int[] first) {
        EpochData data = attribution.data();
        double[] today = new double[incident.length];
        for (Account account : data.accounts()) {
            if (!attribution.of(account).carriesBlame()) {
                continue;
            }
            for (int pair = first[account.index()]; pair < first[account.index() + 1]; pair++) {
                int candidate = data.candidates().of(incident[pair], account.index());
                today[pair] = candidate < 0 ? 0 : attribution.intensities().blame(candidate);
            }
        }
        return today;
    }

    int size() {
        return incident.length;
    }

    /** Returns the first pair of an account, by the account's index. */
    int first(int account) {
        return first[account];
    }

    /** Returns the last pair of an account plus one. */
    int end(int account) {
        return first[account + 1];
    }

    boolean isEmpty(int account) {
        return first[account] == first[account + 1];
    }

    /** Returns the index of a pair's incident. */
    int incident(int pair) {
        return incident[pair];
    }

    /** Returns the day of a pair's incident; 0 is the first day of the sliding window. */
    int day(int pair) {
        return (int) (data.incidents().get(incident[pair]).day - data.days().slidingFrom());
    }

    /**
     * Returns the number of weeks in which the custodian touched orders of the incident's buyer; if its accesses are
     * logged, those in which it gained their data, in the mean.
     */
    double weeks(int pair) {
        return weeks[pair];
    }

    /** Returns the bits of all fields that the custodian saw of these orders, or {@link Fields#OF_ROLE}. */
    int saw(int pair) {
        return saw[pair];
    }

    /** Returns the intensity of the custodian's leak of today, in reported contacts per day. */
    double today(int pair) {
        return today[pair];
    }
}
