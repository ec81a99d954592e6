package io.leaktrace.localize;

import io.leaktrace.domain.Custodian;
import io.leaktrace.domain.EventTime;
import io.leaktrace.domain.Explanation;
import io.leaktrace.domain.Field;
import io.leaktrace.localize.Incidents.Incident;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;

/**
 * Says why custodians stand where they stand once an epoch is solved. It changes nothing of the solution, but works with
 * the solver's arrays, and so is not safe for use by several threads.
 */
public final class Explainer {

    private static final int INCIDENTS_SHOWN = 10;
    private static final int TAKERS_SHOWN = 8;
    /** Of those who share the blame for an incident, so that an explanation fits a record however long ids are. */
    private static final int SHARES_SHOWN = 64;

    /** What is blamed on somebody to a lesser share is not worth a line. */
    private static final double LEAST_SHARE = 0.005;

    /** More incidents than these are not looked for. */
    private static final int MOST_MORE = 64;

    private static final int[] LEAD_TIME_HOURS = {6, 12, 24, 48, 72, 120, 168};

    private final EpochSolver epoch;
    private final Candidates candidates;
    private final Set<Custodian> suspected;
    private final AlertPolicy policy;

    /**
     * @param suspected those under any suspicion or a person's word
     * @param policy when alerts are raised
     */
    Explainer(EpochSolver epoch, Set<Custodian> suspected, AlertPolicy policy) {
        this.epoch = epoch;
        this.candidates = epoch.candidates;
        this.suspected = suspected;
        this.policy = policy;
    }

    /**
     * Explains the suspects and, beside them, those who would be under most suspicion if nobody else leaked.
     *
     * @param besides how many of these
     * @return by name of the custodian
     */
    public List<Explanation> explain(int besides) {
        SortedSet<Custodian> chosen = new TreeSet<>(suspected);
        epoch.accounts.stream()
                .filter(account -> account.explainsAnything() && !suspected.contains(account.custodian))
                .sorted(Comparator.comparingDouble((Account account) -> account.alone)
                        .reversed()
                        .thenComparing(account -> account.custodian))
                .limit(besides)
                .forEach(account -> chosen.add(account.custodian));
        return chosen.stream()
                .map(custodian -> explain(epoch.accounts.get(epoch.indexes.get(custodian))))
                .toList();
    }

    private Explanation explain(Account account) {
        List<Integer> strongest = strongestFirst(account);
        LeakChain.Day[] given = epoch.evidence(account, false);
        LeakChain.Day[] alone = epoch.evidence(account, true);
        double[] aloneAfter = statistics(account, alone);
        double[] givenAfter = statistics(account, given);
        return new Explanation(
                epoch.market,
                account.custodian,
                Instant.ofEpochMilli(epoch.end),
                last(aloneAfter),
                // As published: whoever was weighed later may have changed what follows from the others' blame by a
                // hair.
                account.statistic / EpochSolver.LN_10,
                policy.raiseAt(),
                account.control,
                days(account, given, aloneAfter, givenAfter),
                leadTimes(account),
                disclosed(account),
                takenBy(account),
                strongest.stream().limit(INCIDENTS_SHOWN).map(this::incident).toList(),
                wouldRaise(account, strongest),
                wouldClear(account, strongest));
    }

    private static double last(double[] values) {
        return values[values.length - 1];
    }

    /** The evidence before the ring and after each of its days. */
    private double[] statistics(Account account, LeakChain.Day[] evidence) {
        LeakChain.State[] states = epoch.chain.states(account.before.checkpoint(), evidence);
        double[] statistics = new double[states.length];
        for (int i = 0; i < states.length; i++) {
            // Before there is anything to say, the sum over starts is empty and its logarithm no number to show.
            statistics[i] = Math.max(0, states[i].statistic()) / EpochSolver.LN_10;
        }
        return statistics;
    }

    /** Those that the custodian is blamed for most; of equals, those that say most if nobody else leaked. */
    private List<Integer> strongestFirst(Account account) {
        return IntStream.range(account.explanationsFrom, account.explanationsTo)
                .boxed()
                .sorted(Comparator.comparingDouble(this::share)
                        .thenComparingDouble(candidate -> candidates.weight[candidate]
                                * candidates.ratio[candidate]
                                / epoch.others(account, candidate, true))
                        .reversed()
                        .thenComparing(Comparator.naturalOrder()))
                .toList();
    }

    private double share(int candidate) {
        return candidates.blame[candidate] / epoch.total[candidates.incident[candidate]];
    }

    private List<Explanation.Day> days(
            Account account, LeakChain.Day[] given, double[] aloneAfter, double[] givenAfter) {
        LeakChain.Smoothed smoothed = account.smoothed != null
                ? account.smoothed
                : epoch.chain.backward(epoch.chain.states(account.before.checkpoint(), given), given, false);
        int from = (int) (epoch.horizonFrom - epoch.accountsFrom);
        long[] incidents = new long[account.touches.length];
        double[] attributed = new double[account.touches.length];
        for (int candidate = account.explanationsFrom; candidate < account.explanationsTo; candidate++) {
            count(incidents, epoch.likeliestDay(account, candidate));
            for (int i = 0; i < candidates.days(candidate); i++) {
                int known = (int) (candidates.day(candidate, i) - epoch.levelsFrom);
                int day = (int) (candidates.day(candidate, i) - epoch.accountsFrom);
                if (known >= 0 && day >= 0) {
                    attributed[day] += account.level(known)
                            * candidates.weight(candidate, i)
                            * candidates.ratio[candidate]
                            / epoch.total[candidates.incident[candidate]];
                }
            }
        }
        List<Explanation.Day> days = new ArrayList<>();
        for (int day = from; day < account.touches.length; day++) {
            int ring = (int) (epoch.accountsFrom + day - epoch.ringFrom);
            boolean inRing = ring >= 0 && ring < given.length;
            days.add(new Explanation.Day(
                    Instant.ofEpochMilli((epoch.accountsFrom + day) * EventTime.DAY),
                    account.touches[day],
                    account.exposure[day],
                    incidents[day],
                    attributed[day],
                    inRing ? aloneAfter[ring + 1] - aloneAfter[ring] : 0,
                    inRing ? givenAfter[ring + 1] - givenAfter[ring] : 0,
                    inRing ? smoothed.leaking()[ring] : 0,
                    inRing ? smoothed.level()[ring] : 0));
        }
        return days;
    }

    private void count(long[] byDay, long day) {
        if (day >= epoch.accountsFrom) {
            byDay[(int) (day - epoch.accountsFrom)]++;
        }
    }

    private List<Explanation.LeadTime> leadTimes(Account account) {
        int window = (int) EventTime.hourOf(epoch.settings.window());
        TreeMap<Integer, long[]> incidents = new TreeMap<>();
        TreeMap<Integer, double[]> attributed = new TreeMap<>();
        for (int hours : LEAD_TIME_HOURS) {
            if (hours < window) {
                incidents.put(hours, new long[1]);
                attributed.put(hours, new double[1]);
            }
        }
        incidents.put(window, new long[1]);
        attributed.put(window, new double[1]);
        int index = epoch.indexes.get(account.custodian);
        for (int candidate = account.explanationsFrom; candidate < account.explanationsTo; candidate++) {
            Incident incident = incidentOf(candidate);
            double heaviest = -1;
            int heaviestLead = 0;
            long[] touchedAt = incident.known.touchedAt();
            for (int t = 0; t < touchedAt.length && touchedAt[t] < incident.at; t++) {
                long lead = incident.at - touchedAt[t];
                if (epoch.indexOfSlot[incident.known.slots()[t]] != index || lead > epoch.settings.window()) {
                    continue;
                }
                int hours = (int) ((lead - 1) / EventTime.HOUR) + 1;
                double density = epoch.leadTimes.density(account.custodian.role(), lead);
                if (density >= heaviest) {
                    heaviest = density;
                    heaviestLead = hours;
                }
                attributed.ceilingEntry(hours).getValue()[0] +=
                        epoch.share(incident.index, incident.first.touches().get(t));
            }
            incidents.ceilingEntry(heaviestLead).getValue()[0]++;
        }
        List<Explanation.LeadTime> shown = new ArrayList<>();
        int from = 0;
        for (int to : incidents.keySet()) {
            shown.add(new Explanation.LeadTime(
                    from, to, incidents.get(to)[0], attributed.get(to)[0]));
            from = to;
        }
        return shown;
    }

    private List<Explanation.Disclosure> disclosed(Account account) {
        Set<Field> known = epoch.settings.knows().get(account.custodian.role());
        List<Explanation.Disclosure> shown = new ArrayList<>();
        for (Field field : Field.values()) {
            long incidents = 0;
            double attributed = 0;
            for (int candidate = account.explanationsFrom; candidate < account.explanationsTo; candidate++) {
                if ((incidentOf(candidate).disclosed & 1 << field.ordinal()) != 0) {
                    incidents++;
                    attributed += share(candidate);
                }
            }
            shown.add(new Explanation.Disclosure(field, known.contains(field), incidents, attributed));
        }
        return shown;
    }

    private List<Explanation.Taken> takenBy(Account account) {
        double[] taken = new double[epoch.accounts.size()];
        double nobody = 0;
        for (int candidate = account.explanationsFrom; candidate < account.explanationsTo; candidate++) {
            int i = candidates.incident[candidate];
            nobody += background(i);
            for (int other : candidates.of(i)) {
                taken[candidates.custodian[other]] += share(other);
            }
        }
        List<Explanation.Taken> shown = new ArrayList<>();
        for (int index = 0; index < taken.length; index++) {
            Custodian other = epoch.accounts.get(index).custodian;
            if (taken[index] >= LEAST_SHARE && !other.equals(account.custodian)) {
                shown.add(new Explanation.Taken(other, taken[index]));
            }
        }
        shown.sort(Comparator.comparingDouble(Explanation.Taken::incidents)
                .reversed()
                .thenComparing(Explanation.Taken::custodian));
        List<Explanation.Taken> most = new ArrayList<>(shown.subList(0, Math.min(TAKERS_SHOWN, shown.size())));
        most.add(new Explanation.Taken(null, nobody));
        return most;
    }

    private double background(int incident) {
        return (epoch.ownRate[incident] + epoch.shoppingRate[incident]) / epoch.total[incident];
    }

    private Incident incidentOf(int candidate) {
        return epoch.incidents.get(candidates.incident[candidate]);
    }

    private Explanation.Incident incident(int candidate) {
        Incident incident = incidentOf(candidate);
        List<Explanation.Share> shares = new ArrayList<>();
        for (int other : candidates.of(incident.index)) {
            if (share(other) >= LEAST_SHARE || other == candidate) {
                Custodian sharing = epoch.accounts.get(candidates.custodian[other]).custodian;
                shares.add(new Explanation.Share(sharing, share(other)));
            }
        }
        shares.sort(Comparator.comparingDouble(Explanation.Share::share)
                .reversed()
                .thenComparing(Explanation.Share::custodian));
        shares.subList(Math.min(SHARES_SHOWN, shares.size()), shares.size()).clear();
        return new Explanation.Incident(
                incident.first.contactId(),
                Instant.ofEpochMilli(incident.at),
                share(candidate),
                background(incident.index),
                shares);
    }

    /**
     * The strongest incident happens again and again, each time to another buyer, until the threshold and the number of
     * buyers are reached; 0 if they are, or if that many incidents do not do.
     */
    private int wouldRaise(Account account, List<Integer> strongest) {
        if (strongest.isEmpty()) {
            return 0;
        }
        int missingBuyers = Math.max(0, policy.leastBuyers() - buyers(account));
        if (reached(account, strongest)) {
            return missingBuyers;
        }
        int missing = least(MOST_MORE, more -> {
            List<Integer> with = new ArrayList<>(strongest);
            with.addAll(Collections.nCopies(more, strongest.get(0)));
            return reached(account, with);
        });
        return missing == 0 ? 0 : Math.max(missing, missingBuyers);
    }

    private int buyers(Account account) {
        Set<String> buyers = new HashSet<>();
        for (int candidate = account.explanationsFrom; candidate < account.explanationsTo; candidate++) {
            Incident incident = incidentOf(candidate);
            if (incident.day >= epoch.horizonFrom && share(candidate) >= AlertPolicy.COUNTED_SHARE) {
                buyers.add(incident.first.buyerId());
            }
        }
        return buyers.size();
    }

    /** Its strongest incidents are taken away, until the threshold is not reached. */
    private int wouldClear(Account account, List<Integer> strongest) {
        if (!reached(account, strongest)) {
            return 0;
        }
        return least(strongest.size(), fewer -> !reached(account, strongest.subList(fewer, strongest.size())));
    }

    private boolean reached(Account account, List<Integer> explanations) {
        int[] numbers = explanations.stream().mapToInt(Integer::intValue).toArray();
        double[] statistics = statistics(account, epoch.evidence(account, numbers, false));
        return policy.reachedBy(last(statistics));
    }

    /** The least number from 1 to {@code most} from which on something holds, by halving; 0 if it holds for none. */
    private static int least(int most, IntPredicate holds) {
        if (most < 1 || !holds.test(most)) {
            return 0;
        }
        int no = 0;
        int yes = most;
        while (yes - no > 1) {
            int middle = (yes + no) / 2;
            if (holds.test(middle)) {
                yes = middle;
            } else {
                no = middle;
            }
        }
        return yes;
    }
}
