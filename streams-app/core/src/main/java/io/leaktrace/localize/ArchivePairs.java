package io.leaktrace.localize;

import io.leaktrace.domain.Correlation.PastCustodian;
import io.leaktrace.domain.Fields;
import io.leaktrace.localize.Ledger.KnownContact;
import java.util.Arrays;
import java.util.List;

/**
 * The pairs of a custodian and an incident in the sliding window of a buyer whose orders it touched within the memory.
 * They are ordered by custodian and time.
 */
final class ArchivePairs {

    private static final int[] NO_FIELDS = {};

    private final EpochData data;
    private final int[] incident;
    private final double[] weeks;

    /** Whether all numbers of weeks are integers, which can be added in any order. */
    private final boolean hasWholeWeeks;

    /** Empty if no custodian saw other fields than its role can know. */
    private final int[] saw;

    /** By account: the intensity of its leak of today, by pair from its first on; null for accounts without one. */
    private final double[][] today;

    /** By account: its first pair; one element more than accounts. */
    private final int[] first;

    private ArchivePairs(
            EpochData data,
            int[] incident,
            double[] weeks,
            boolean hasWholeWeeks,
            int[] saw,
            double[][] today,
            int[] first) {
        this.data = data;
        this.hasWholeWeeks = hasWholeWeeks;
        this.incident = incident;
        this.weeks = weeks;
        this.saw = saw;
        this.today = today;
        this.first = first;
    }

    /** Returns the pairs of all custodians that are not dismissed. */
    static ArchivePairs find(Attribution attribution) {
        EpochData data = attribution.data();
        List<Account> accounts = data.accounts();
        boolean[] isDismissed = new boolean[accounts.size()];
        double[] unlogged = new double[isDismissed.length];
        for (Account account : accounts) {
            isDismissed[account.index()] = account.isDismissed();
            unlogged[account.index()] = data.settings().accesses().unlogged(account.custodian());
        }
        int firstIncident = data.columns().firstFrom(data.days().slidingFrom());
        int incidents = data.columns().size() - firstIncident;
        int[][] next = new int[Workers.chunks(incidents, Workers.INCIDENTS)][isDismissed.length];
        boolean[] saysSaw = new boolean[next.length];
        data.workers().run(incidents, Workers.INCIDENTS, (from, to) -> {
            int chunk = from / Workers.INCIDENTS;
            for (int i = firstIncident + from; i < firstIncident + to; i++) {
                KnownContact known = known(data, i);
                for (int slot : known == null ? NO_FIELDS : known.pastSlots()) {
                    int index = data.indexOfSlot()[slot];
                    if (index >= 0 && !isDismissed[index]) {
                        next[chunk][index]++;
                    }
                }
                saysSaw[chunk] |= known != null && known.pastSaw().length > 0;
            }
        });
        int[] first = new int[isDismissed.length + 1];
        boolean anySaw = false;
        int place = 0;
        for (int index = 0; index < isDismissed.length; index++) {
            first[index] = place;
            for (int[] ofChunk : next) {
                int count = ofChunk[index];
                ofChunk[index] = place;
                place += count;
            }
        }
        first[isDismissed.length] = place;
        for (boolean any : saysSaw) {
            anySaw |= any;
        }
        int[] incident = new int[place];
        double[] weeks = new double[place];
        int[] saw = anySaw ? new int[place] : NO_FIELDS;
        data.workers().run(incidents, Workers.INCIDENTS, (from, to) -> {
            int[] ofChunk = next[from / Workers.INCIDENTS];
            for (int i = firstIncident + from; i < firstIncident + to; i++) {
                KnownContact known = known(data, i);
                int[] slots = known == null ? NO_FIELDS : known.pastSlots();
                for (int p = 0; p < slots.length; p++) {
                    int index = data.indexOfSlot()[slots[p]];
                    if (index >= 0 && !isDismissed[index]) {
                        int pair = ofChunk[index]++;
                        incident[pair] = i;
                        weeks[pair] = unlogged[index] == 1
                                ? Integer.bitCount(known.pastWeeks()[p])
                                : weeks(unlogged[index], known.evidence().past().get(p));
                        if (saw.length > 0) {
                            saw[pair] = known.pastSaw(p);
                        }
                    }
                }
            }
        });
        boolean hasWholeWeeks = Arrays.stream(unlogged).allMatch(probability -> probability == 1);
        return new ArchivePairs(data, incident, weeks, hasWholeWeeks, saw, today(attribution, incident, first), first);
    }

    /** Returns the first contact of an incident, or null for a decoy's: its orders are not counted in the memory. */
    private static KnownContact known(EpochData data, int i) {
        return data.columns().decoy[i] ? null : data.incidents().get(i).known;
    }

    private static double weeks(double unlogged, PastCustodian past) {
        double touched = unlogged * Integer.bitCount(past.weeks());
        return unlogged < 1 ? touched + (1 - unlogged) * Integer.bitCount(past.accessed()) : touched;
    }

    private static double[][] today(Attribution attribution, int[] incident, int[] first) {
        EpochData data = attribution.data();
        double[][] today = new double[data.accounts().size()][];
        for (Account account : data.accounts()) {
            if (!attribution.of(account).carriesBlame()) {
                continue;
            }
            int index = account.index();
            today[index] = new double[first[index + 1] - first[index]];
            for (int pair = 0; pair < today[index].length; pair++) {
                int candidate = data.candidates().of(incident[first[index] + pair], index);
                today[index][pair] =
                        candidate < 0 ? 0 : attribution.intensities().blame(candidate);
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
        return data.columns().day[incident[pair]] - (int) data.days().slidingFrom();
    }

    /**
     * Returns the number of weeks in which the custodian touched orders of the incident's buyer; if its accesses are
     * logged, those in which it gained their data, in the mean.
     */
    double weeks(int pair) {
        return weeks[pair];
    }

    /** Whether all numbers of weeks are integers, which can be added in any order. */
    boolean haveWholeWeeks() {
        return hasWholeWeeks;
    }

    /** Returns the bits of all fields that the custodian saw of these orders, or {@link Fields#OF_ROLE}. */
    int saw(int pair) {
        return saw.length == 0 ? Fields.OF_ROLE : saw[pair];
    }

    /** Returns the intensity of the custodian's leak of today, in reported contacts per day. */
    double today(int account, int pair) {
        return today[account] == null ? 0 : today[account][pair - first[account]];
    }
}
