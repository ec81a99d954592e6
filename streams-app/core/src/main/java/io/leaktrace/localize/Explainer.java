package io.leaktrace.localize;

import io.leaktrace.domain.Correlation.ContactTouch;
import io.leaktrace.domain.Custodian;
import io.leaktrace.domain.EventTime;
import io.leaktrace.domain.Explanation;
import io.leaktrace.domain.Field;
import io.leaktrace.domain.Fields;
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
import java.util.stream.IntStream;

/** Makes explanations of custodians' scores, from an epoch's attribution and conclusion. */
public final class Explainer {

    private static final int INCIDENTS_SHOWN = 10;
    private static final int OTHERS_SHOWN = 8;
    /** Maximum number of custodians shown per incident, so that an explanation fits a record even with long ids. */
    private static final int SHARES_SHOWN = 64;

    /** Smaller shares of an incident are not shown. */
    private static final double MIN_SHARE_SHOWN = 0.005;

    private static final int[] NONE = {};

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
    private final RequiredIncidents required;

    /**
     * @param policy the thresholds of alerts
     * @param suspected custodians with any status but clear
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
        this.required = new RequiredIncidents(attribution, chain, policy);
    }

    /**
     * Returns explanations of the suspected custodians and of those among the others that would have the strongest
     * evidence if no other custodian leaked.
     *
     * @param others number of other custodians to explain
     * @return ordered by custodian
     */
    public List<Explanation> explain(int others) {
        SortedSet<Custodian> chosen = new TreeSet<>(suspected);
        data.accounts().stream()
                .filter(account -> account.explainsAnything() && !suspected.contains(account.custodian()))
                .sorted(Comparator.comparingDouble(
                                (Account account) -> attribution.of(account).alone())
                        .reversed()
                        .thenComparing(Account::custodian))
                .limit(others)
                .forEach(account -> chosen.add(account.custodian()));
        DailyLogLikelihood likelihood = new DailyLogLikelihood(data, chain, intensities);
        List<Account> explained = chosen.stream().map(data::account).toList();
        Explanation[] explanations = new Explanation[explained.size()];
        data.workers().overCustodians(explanations.length, (from, to) -> {
            for (int place = from; place < to; place++) {
                explanations[place] = explain(explained.get(place), likelihood);
            }
        });
        return List.of(explanations);
    }

    private Explanation explain(Account account, DailyLogLikelihood likelihood) {
        LeakEstimate estimate = attribution.of(account);
        int[] strongest = required.strongestFirst(account);
        LeakChain.Day[] given = likelihood.of(account, estimate, false);
        LeakChain.Day[] alone = likelihood.of(account, estimate, true);
        double[] aloneAfter = evidence(account, alone);
        double[] givenAfter = evidence(account, given);
        return new Explanation(
                data.market(),
                account.custodian(),
                Instant.ofEpochMilli(days.end()),
                last(aloneAfter),
                // As published. It may differ slightly from givenAfter, because custodians that were weighed later
                // changed the blame on the others.
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
                required.toRaise(account, strongest, policy.counted(blame.buyers()[account.index()])),
                required.toFall(account, strongest));
    }

    private static double last(double[] values) {
        return values[values.length - 1];
    }

    /** Returns the evidence (log10) before the sliding window and after each of its days. */
    private double[] evidence(Account account, LeakChain.Day[] likelihoods) {
        LeakChain.State[] states = chain.states(account.before().checkpoint(), likelihoods);
        double[] evidence = new double[states.length];
        for (int i = 0; i < states.length; i++) {
            // Before the first day the sum over starts is empty, and its logarithm is not meaningful.
            evidence[i] = Math.max(0, states[i].statistic()) / LeakChain.LN_10;
        }
        return evidence;
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
            for (int i = 0; estimate.carriesBlame() && i < candidates.days(candidate); i++) {
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
                    account.ordersOn(day),
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
                if (data.indexOfSlot()[incident.known.slots()[t]] != account.index()) {
                    continue;
                }
                ContactTouch touch = incident.first.touches().get(t);
                long lead = incident.at - data.settings().accesses().gainedAt(touch);
                if (lead > longest) {
                    continue;
                }
                int hours = (int) ((lead - 1) / EventTime.HOUR) + 1;
                double density = data.leadTimes().density(account.custodian().role(), lead);
                if (density >= heaviest) {
                    heaviest = density;
                    heaviestLead = hours;
                }
                attributed.ceilingEntry(hours).getValue()[0] +=
                        attribution.share(candidates.incident[candidate], touch);
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
        boolean saysSaw = IntStream.range(account.explanationsFrom(), account.explanationsTo())
                .anyMatch(candidates::hasSaw);
        List<Explanation.Disclosure> shown = new ArrayList<>();
        for (Field field : Field.values()) {
            long incidents = 0;
            long seen = 0;
            double attributed = 0;
            for (int candidate = account.explanationsFrom(); candidate < account.explanationsTo(); candidate++) {
                if ((data.incidentOf(candidate).disclosed & 1 << field.ordinal()) != 0) {
                    incidents++;
                    int saw = candidates.saw(candidate);
                    boolean sawIt = saw == Fields.OF_ROLE ? known.contains(field) : (saw & 1 << field.ordinal()) != 0;
                    seen += sawIt ? 1 : 0;
                    attributed += intensities.share(candidate);
                }
            }
            shown.add(new Explanation.Disclosure(
                    field, known.contains(field), incidents, attributed, saysSaw ? seen : null));
        }
        return shown;
    }

    private List<Explanation.Taken> takenBy(Account account) {
        double[] taken = new double[data.accounts().size()];
        double withoutCustodian = 0;
        for (int candidate = account.explanationsFrom(); candidate < account.explanationsTo(); candidate++) {
            int i = candidates.incident[candidate];
            withoutCustodian += background(i);
            for (int other : blame.isBlamed()[i] ? candidates.of(i) : NONE) {
                taken[candidates.custodian[other]] += intensities.share(other);
            }
        }
        List<Explanation.Taken> shown = new ArrayList<>();
        for (int index = 0; index < taken.length; index++) {
            Custodian other = data.accounts().get(index).custodian();
            if (taken[index] >= MIN_SHARE_SHOWN && index != account.index()) {
                shown.add(new Explanation.Taken(other, taken[index]));
            }
        }
        shown.sort(Comparator.comparingDouble(Explanation.Taken::incidents)
                .reversed()
                .thenComparing(Explanation.Taken::custodian));
        List<Explanation.Taken> most = new ArrayList<>(shown.subList(0, Math.min(OTHERS_SHOWN, shown.size())));
        most.add(new Explanation.Taken(null, withoutCustodian));
        return most;
    }

    /** Returns the share of an incident that is not attributed to any custodian. */
    private double background(int incident) {
        return intensities.baseline(incident) / intensities.total(incident);
    }

    private Explanation.Incident incident(int candidate) {
        Incident incident = data.incidentOf(candidate);
        List<Explanation.Share> shares = new ArrayList<>();
        int i = candidates.incident[candidate];
        for (int other : candidates.of(i)) {
            double share = intensities.share(other);
            if (share >= MIN_SHARE_SHOWN || other == candidate) {
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
                background(i),
                shares,
                incident.decoy);
    }
}
