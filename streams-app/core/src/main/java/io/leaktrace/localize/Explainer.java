package io.leaktrace.localize;

import io.leaktrace.domain.Custodian;
import io.leaktrace.domain.EventTime;
import io.leaktrace.domain.Explanation;
import io.leaktrace.domain.Field;
import io.leaktrace.localize.Incidents.Incident;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.IntPredicate;

/** Explains why custodians stand where they stand, from an epoch's attribution and what was concluded of it. */
public final class Explainer {

    private static final int INCIDENTS_SHOWN = 10;
    private static final int TAKERS_SHOWN = 8;
    /** Of those that share the blame for an incident, so that an explanation fits a record however long ids are. */
    private static final int SHARES_SHOWN = 64;

    /** What a custodian is blamed for to a lesser share is not worth a line. */
    private static final double LEAST_SHARE = 0.005;

    /** More incidents than these are not looked for. */
    private static final int MOST_MORE = 64;

    private static final int[] LEAD_TIME_HOURS = {6, 12, 24, 48, 72, 120, 168};

    private final Attribution attribution;
    private final EpochData data;
    private final EpochDays days;
    private final Candidates candidates;
    private final Intensities intensities;
    private final LeakChain chain;
    private final HorizonBlame blame;
    private final AlertPolicy policy;
    private final Set<Custodian> suspected;

    /**
     * @param policy when alerts are raised
     * @param suspected custodians under any suspicion or a person's word
     */
    Explainer(
            Attribution attribution,
            LeakChain chain,
            HorizonBlame blame,
            AlertPolicy policy,
            SortedSet<Custodian> suspected) {
        this.attribution = attribution;
        this.data = attribution.data();
        this.days = data.days();
        this.candidates = data.candidates();
        this.intensities = attribution.intensities();
        this.chain = chain;
        this.blame = blame;
        this.policy = policy;
        this.suspected = suspected;
    }

    /**
     * Explains the suspects and, beside them, the custodians that would be under most suspicion if no other leaked.
     *
     * @param besides number of these
     * @return ordered by custodian
     */
    public List<Explanation> explain(int besides) {
        SortedSet<Custodian> chosen = new TreeSet<>(suspected);
        data.accounts().stream()
                .filter(account -> account.explainsAnything() && !suspected.contains(account.custodian()))
                .sorted(Comparator.comparingDouble(
                                (Account account) -> attribution.of(account).alone())
                        .reversed()
                        .thenComparing(Account::custodian))
                .limit(besides)
                .forEach(account -> chosen.add(account.custodian()));
        DailyLogLikelihood likelihood = new DailyLogLikelihood(data, chain, intensities);
        return chosen.stream()
                .map(custodian -> explain(data.account(custodian), likelihood))
                .toList();
    }

    private Explanation explain(Account account, DailyLogLikelihood likelihood) {
        LeakEstimate estimate = attribution.of(account);
        int[] strongest = strongestFirst(account, likelihood);
        LeakChain.Day[] given = likelihood.of(account, estimate, false);
        LeakChain.Day[] alone = likelihood.of(account, estimate, true);
        double[] aloneAfter = evidence(account, alone);
        double[] givenAfter = evidence(account, given);
        return new Explanation(
                data.market(),
                account.custodian(),
                Instant.ofEpochMilli(days.end()),
                last(aloneAfter),
                // As published: a custodian that was weighed later may have changed what follows from the others' blame
                // by a hair.
                estimate.evidence(),
                policy.raiseAt(),
                estimate.control().lasting(),
                days(account, given, aloneAfter, givenAfter),
                leadTimes(account),
                disclosed(account),
                takenBy(account),
                Arrays.stream(strongest)
                        .limit(INCIDENTS_SHOWN)
                        .mapToObj(this::incident)
                        .toList(),
                wouldRaise(account, strongest, likelihood),
                wouldClear(account, strongest, likelihood));
    }

    private static double last(double[] values) {
        return values[values.length - 1];
    }

    /** The evidence before the sliding window and after each of its days, as base-10 logarithms. */
    private double[] evidence(Account account, LeakChain.Day[] likelihoods) {
        LeakChain.State[] states = chain.states(account.before().checkpoint(), likelihoods);
        double[] evidence = new double[states.length];
        for (int i = 0; i < states.length; i++) {
            // Before there is anything to say, the sum over starts is empty and its logarithm no number to show.
            evidence[i] = Math.max(0, states[i].statistic()) / LeakChain.LN_10;
        }
        return evidence;
    }

    /** Those that the custodian is blamed for most; of equals, those that weigh most if no other custodian leaked. */
    private int[] strongestFirst(Account account, DailyLogLikelihood likelihood) {
        LeakEstimate estimate = attribution.of(account);
        return Arrays.stream(account.explanations())
                .boxed()
                .sorted(Comparator.<Integer>comparingDouble(intensities::share)
                        .thenComparingDouble(candidate -> likelihood.overOthers(estimate, candidate, true))
                        .reversed()
                        .thenComparing(Comparator.naturalOrder()))
                .mapToInt(Integer::intValue)
                .toArray();
    }

    private List<Explanation.Day> days(
            Account account, LeakChain.Day[] given, double[] aloneAfter, double[] givenAfter) {
        LeakEstimate estimate = attribution.of(account);
        LeakChain.Smoothed smoothed = estimate.smoothed() != null
                ? estimate.smoothed()
                : chain.backward(chain.states(account.before().checkpoint(), given), given, false);
        int from = (int) (days.horizonFrom() - days.touchesFrom());
        long[] incidents = new long[account.touches().length];
        double[] attributed = new double[incidents.length];
        for (int candidate = account.explanationsFrom(); candidate < account.explanationsTo(); candidate++) {
            long likeliest = estimate.levels().likeliestDay(candidates, candidate) - days.touchesFrom();
            if (likeliest >= 0) {
                incidents[(int) likeliest]++;
            }
            for (int i = 0; i < candidates.days(candidate); i++) {
                int day = (int) (candidates.day(candidate, i) - days.touchesFrom());
                if (day >= 0) {
                    attributed[day] += estimate.levels().on(candidates.day(candidate, i))
                            * candidates.weight(candidate, i)
                            * intensities.knowledge(candidate)
                            / intensities.total(candidates.incident[candidate]);
                }
            }
        }
        List<Explanation.Day> shown = new ArrayList<>();
        for (int day = from; day < incidents.length; day++) {
            int sliding = (int) (days.touchesFrom() + day - days.slidingFrom());
            boolean inWindow = sliding >= 0 && sliding < given.length;
            shown.add(new Explanation.Day(
                    Instant.ofEpochMilli((days.touchesFrom() + day) * EventTime.DAY),
                    account.touches()[day],
                    account.exposure()[day],
                    incidents[day],
                    attributed[day],
                    inWindow ? aloneAfter[sliding + 1] - aloneAfter[sliding] : 0,
                    inWindow ? givenAfter[sliding + 1] - givenAfter[sliding] : 0,
                    inWindow ? smoothed.leaking()[sliding] : 0,
                    inWindow ? smoothed.level()[sliding] : 0));
        }
        return shown;
    }

    private List<Explanation.LeadTime> leadTimes(Account account) {
        long longest = data.settings().window();
        int window = (int) EventTime.hourOf(longest);
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
        for (int candidate = account.explanationsFrom(); candidate < account.explanationsTo(); candidate++) {
            Incident incident = data.incidentOf(candidate);
            double heaviest = -1;
            int heaviestLead = 0;
            long[] touchedAt = incident.known.touchedAt();
            for (int t = 0; t < touchedAt.length && touchedAt[t] < incident.at; t++) {
                long lead = incident.at - touchedAt[t];
                if (data.indexOfSlot()[incident.known.slots()[t]] != account.index() || lead > longest) {
                    continue;
                }
                int hours = (int) ((lead - 1) / EventTime.HOUR) + 1;
                double density = data.leadTimes().density(account.custodian().role(), lead);
                if (density >= heaviest) {
                    heaviest = density;
                    heaviestLead = hours;
                }
                attributed.ceilingEntry(hours).getValue()[0] +=
                        attribution.share(incident, incident.first.touches().get(t));
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
        Set<Field> known = data.settings().knows().get(account.custodian().role());
        List<Explanation.Disclosure> shown = new ArrayList<>();
        for (Field field : Field.values()) {
            long incidents = 0;
            double attributed = 0;
            for (int candidate = account.explanationsFrom(); candidate < account.explanationsTo(); candidate++) {
                if ((data.incidentOf(candidate).disclosed & 1 << field.ordinal()) != 0) {
                    incidents++;
                    attributed += intensities.share(candidate);
                }
            }
            shown.add(new Explanation.Disclosure(field, known.contains(field), incidents, attributed));
        }
        return shown;
    }

    private List<Explanation.Taken> takenBy(Account account) {
        double[] taken = new double[data.accounts().size()];
        double unblamed = 0;
        for (int candidate = account.explanationsFrom(); candidate < account.explanationsTo(); candidate++) {
            int i = candidates.incident[candidate];
            unblamed += background(i);
            for (int other : candidates.of(i)) {
                taken[candidates.custodian[other]] += intensities.share(other);
            }
        }
        List<Explanation.Taken> shown = new ArrayList<>();
        for (int index = 0; index < taken.length; index++) {
            Custodian other = data.accounts().get(index).custodian();
            if (taken[index] >= LEAST_SHARE && index != account.index()) {
                shown.add(new Explanation.Taken(other, taken[index]));
            }
        }
        shown.sort(Comparator.comparingDouble(Explanation.Taken::incidents)
                .reversed()
                .thenComparing(Explanation.Taken::custodian));
        List<Explanation.Taken> most = new ArrayList<>(shown.subList(0, Math.min(TAKERS_SHOWN, shown.size())));
        most.add(new Explanation.Taken(null, unblamed));
        return most;
    }

    /** The share of an incident that no custodian is blamed for. */
    private double background(int incident) {
        return intensities.anyway(incident) / intensities.total(incident);
    }

    private Explanation.Incident incident(int candidate) {
        Incident incident = data.incidentOf(candidate);
        List<Explanation.Share> shares = new ArrayList<>();
        for (int other : candidates.of(incident.index)) {
            double share = intensities.share(other);
            if (share >= LEAST_SHARE || other == candidate) {
                Custodian sharing =
                        data.accounts().get(candidates.custodian[other]).custodian();
                shares.add(new Explanation.Share(sharing, share));
            }
        }
        shares.sort(Comparator.comparingDouble(Explanation.Share::share)
                .reversed()
                .thenComparing(Explanation.Share::custodian));
        shares.subList(Math.min(SHARES_SHOWN, shares.size()), shares.size()).clear();
        return new Explanation.Incident(
                incident.first.contactId(),
                Instant.ofEpochMilli(incident.at),
                intensities.share(candidate),
                background(incident.index),
                shares);
    }

    /**
     * The number of further incidents that would raise an alert: the strongest happens again and again, each time to
     * another buyer, until the threshold and the number of buyers are reached. 0 if they are, or if {@link #MOST_MORE}
     * incidents would not do.
     */
    private int wouldRaise(Account account, int[] strongest, DailyLogLikelihood likelihood) {
        if (strongest.length == 0) {
            return 0;
        }
        int missingBuyers = Math.max(0, policy.leastBuyers() - blame.buyers()[account.index()]);
        if (reached(account, strongest, likelihood)) {
            return missingBuyers;
        }
        int missing = least(MOST_MORE, more -> {
            int[] with = Arrays.copyOf(strongest, strongest.length + more);
            Arrays.fill(with, strongest.length, with.length, strongest[0]);
            return reached(account, with, likelihood);
        });
        return missing == 0 ? 0 : Math.max(missing, missingBuyers);
    }

    /** The number of its strongest incidents without which the threshold would not be reached; 0 if it is not. */
    private int wouldClear(Account account, int[] strongest, DailyLogLikelihood likelihood) {
        if (!reached(account, strongest, likelihood)) {
            return 0;
        }
        return least(strongest.length, fewer -> {
            int[] without = Arrays.copyOfRange(strongest, fewer, strongest.length);
            return !reached(account, without, likelihood);
        });
    }

    private boolean reached(Account account, int[] explanations, DailyLogLikelihood likelihood) {
        LeakChain.Day[] likelihoods = likelihood.of(account, attribution.of(account), explanations, false);
        return policy.reachedBy(last(evidence(account, likelihoods)));
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
