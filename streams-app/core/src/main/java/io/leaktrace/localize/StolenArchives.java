package io.leaktrace.localize;

import io.leaktrace.domain.Correlation.PastCustodian;
import io.leaktrace.domain.EventTime;
import io.leaktrace.localize.Incidents.Incident;
import it.unimi.dsi.fastutil.doubles.DoubleArrayList;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Weighs the hypothesis that a custodian's orders were copied at some time and are called through now, whatever their
 * age. It looks at days of calls, not at days of touch: among all buyers of whom the custodian touched an order within
 * the long memory, against all other buyers on the same days.
 *
 * <p>With α the calls per order and day of a campaign, n the number of weeks in which the custodian touched orders of
 * the buyer, g the likelihood ratio of the disclosed fields and N(d) the orders that it had touched by day d,
 *
 * <pre>
 * I_k(d) = Σ ln(1 + α_k n g / others) − α_k N(d) r(d)
 * </pre>
 *
 * over the incidents of the day, where r(d) is the share of the day's incidents that are reported by now. A {@link
 * LeakChain} over the days of the sliding window gives a Shiryaev–Roberts statistic. Orders of one buyer in one week
 * count once in n and each in N, so the statistic is rather too low.
 *
 * <p>A wave of calls to the buyers of a region or a shop for some days is the rival explanation. Its callers know what
 * background callers know, so the logarithm of its largest likelihood ratio ({@link CallWaves}) is subtracted: what
 * remains is evidence from what the callers know, and from volume that a wave explains less well.
 *
 * <p>Calls to decoys and their orders are left out.
 *
 * <p>Custodians are weighed in descending order of their statistics, and incidents attributed to one are no evidence
 * against the next.
 */
final class StolenArchives {

    /** Lowest level α, in reported calls per order and day of a campaign; each of the other levels is twice as high. */
    private static final double LOWEST_LEVEL = 0.0002;

    private static final int LEVELS = 8;

    /** Probability per day that a campaign ends. */
    private static final double END_RATE = 1.0 / 12;

    /** Level that is assumed when the habits of callers are estimated, in reported calls per order and day. */
    private static final double HABIT_LEVEL = 0.001;

    private static final int PASSES = 2;

    /** A custodian whose statistic alone is smaller is not weighed given the others, which would lower it. */
    private static final double SCREENING = 2;

    /** At least this part of a day's background stays. */
    private static final double LEAST_BACKGROUND = 0.2;

    /** A rival could explain at least this share of the attributed incidents. */
    private static final double RIVAL_SHARE = 0.5;

    private static final double RIVAL_MARGIN = StrictMath.log(AlertPolicy.MARGIN);

    /** The outer shares of the attributed weeks that are left out of the span of copied orders. */
    private static final double TAIL = 0.05;

    private final Attribution attribution;
    private final AlertPolicy policy;
    private final EpochData data;
    private final EpochDays days;
    private final LeakChain chain;
    private final int calls;
    private final double[] levels;

    private final ArchivePairs pairs;

    /** Likelihood ratio of the disclosed fields, times the probability that the report is real. */
    private final double[] knowledgeOfPair;

    private final double[] blameOfPair;

    /** By incident: the intensity of all causes, with that of archives. */
    private final double[] total;

    private final double[] reported;

    /** By account: the statistic as if no other custodian had lost an archive, a wave not considered. */
    private final double[] alone;

    private final ArchiveEstimate[] estimates;

    /** By day of the sliding window: the part of the estimated background that is no campaign's. */
    private final double[] backgroundPart;

    private StolenArchives(Attribution attribution, AlertPolicy policy) {
        this.attribution = attribution;
        this.policy = policy;
        this.data = attribution.data();
        this.days = data.days();
        this.calls = days.slidingDays();
        ModelSettings settings = data.settings();
        this.chain = new LeakChain(LOWEST_LEVEL, LEVELS, END_RATE, settings.fade(), settings.startRate());
        this.levels = chain.levels();
        this.total = new double[data.incidents().size()];
        for (int i = 0; i < total.length; i++) {
            total[i] = attribution.intensities().total(i);
        }
        this.reported = reportedByDay();
        this.alone = new double[data.accounts().size()];
        this.estimates = new ArchiveEstimate[alone.length];
        this.backgroundPart = new double[calls];
        Arrays.fill(backgroundPart, 1);

        this.pairs = ArchivePairs.find(attribution);
        this.knowledgeOfPair = new double[pairs.size()];
        this.blameOfPair = new double[pairs.size()];
        for (int pair = 0; pair < knowledgeOfPair.length; pair++) {
            knowledgeOfPair[pair] = data.columns().reliability[pairs.incident(pair)];
        }
    }

    /**
     * Returns the estimate of each account, by its index; null for those without an incident of a former buyer.
     *
     * @param policy the threshold above which a custodian is no rival of others
     */
    static ArchiveEstimate[] weigh(Attribution attribution, AlertPolicy policy) {
        EpochData data = attribution.data();
        if (!data.settings().has(ModelComponent.ARCHIVES)
                || data.days().slidingDays() == 0
                || data.settings().memoryDays() == 0) {
            return new ArchiveEstimate[data.accounts().size()];
        }
        return new StolenArchives(attribution, policy).weigh();
    }

    private ArchiveEstimate[] weigh() {
        weighDisclosures(data.accounts());
        double[] waves = CallWaves.logRatios(data, pairs);
        data.workers().overCustodians(alone.length, (from, to) -> {
            for (int index = from; index < to; index++) {
                alone[index] = pairs.isEmpty(index)
                        ? 0
                        : last(states(likelihoods(index))).statistic();
            }
        });
        List<Integer> ranked = new ArrayList<>();
        for (int index = 0; index < alone.length; index++) {
            if (pairs.isEmpty(index)) {
                continue;
            }
            if (alone[index] >= SCREENING) {
                ranked.add(index);
            } else {
                estimates[index] = ArchiveEstimate.without(alone[index] - waves[index]);
            }
        }
        List<Account> screened = ranked.stream().map(data.accounts()::get).toList();
        double[] ranks = data.parts().ranks(alone);
        ranked.sort(Comparator.<Integer>comparingDouble(index -> ranks[index])
                .reversed()
                .thenComparing(Comparator.naturalOrder()));
        // What the callers of a campaign disclose has entered the background. So it is learned again, without the
        // incidents that archives explain if no wave does, before waves are considered.
        for (int index : ranked) {
            estimate(index, 0, false);
        }
        weighDisclosures(screened);
        withdrawBlame();
        for (int pass = 0; pass < PASSES; pass++) {
            if (pass > 0) {
                removeCampaignsFromBackground();
                weighDisclosures(screened);
            }
            for (int index : ranked) {
                estimates[index] = estimate(index, waves[index], pass == PASSES - 1);
            }
        }
        return estimates;
    }

    private void withdrawBlame() {
        Arrays.fill(blameOfPair, 0);
        for (int i = 0; i < total.length; i++) {
            total[i] = attribution.intensities().total(i);
        }
    }

    /** A campaign raised the background of its days, from which it was estimated. */
    private void removeCampaignsFromBackground() {
        double[] incidents = new double[calls];
        double[] ofArchives = new double[calls];
        int first = data.columns().firstFrom(days.slidingFrom());
        for (int i = first; i < total.length; i++) {
            incidents[dayOf(i)] += data.columns().decoy[i] ? 0 : 1;
        }
        for (int index = 0; index < alone.length; index++) {
            // Nothing is attributed to others.
            for (int pair = pairs.first(index); alone[index] >= SCREENING && pair < pairs.end(index); pair++) {
                ofArchives[pairs.day(pair)] += blameOfPair[pair] / total[pairs.incident(pair)];
            }
        }
        double[] before = backgroundPart.clone();
        for (int day = 0; day < calls; day++) {
            double part = incidents[day] > 0 ? 1 - ofArchives[day] / incidents[day] : 1;
            backgroundPart[day] = Math.max(LEAST_BACKGROUND, part);
        }
        for (int i = first; i < total.length; i++) {
            int day = dayOf(i);
            total[i] += attribution.intensities().baseline(i) * (backgroundPart[day] - before[day]);
        }
    }

    /** Writes the likelihood ratios of the disclosed fields; each custodian's callers have a habit of their own. */
    private void weighDisclosures(List<Account> accounts) {
        if (!data.settings().has(ModelComponent.FIELD_KNOWLEDGE)) {
            return;
        }
        Intensities intensities = attribution.intensities();
        DisclosureLikelihood likelihood =
                DisclosureLikelihood.learn(data, incident -> intensities.background(incident) / total[incident]);
        IncidentColumns columns = data.columns();
        data.workers().overCustodians(accounts.size(), (from, to) -> {
            for (Account account : accounts.subList(from, to)) {
                DisclosureLikelihood.Habit habit =
                        likelihood.new Habit(account.custodian().role());
                for (int pair = pairs.first(account.index()); pair < pairs.end(account.index()); pair++) {
                    int i = pairs.incident(pair);
                    int disclosed = columns.disclosed[i];
                    knowledgeOfPair[pair] = habit.ratio(disclosed, pairs.saw(pair)) * columns.reliability[i];
                    double rate = HABIT_LEVEL * pairs.weeks(account.index(), pair) * knowledgeOfPair[pair];
                    habit.learn(disclosed, pairs.saw(pair), rate / (rate + intensities.baseline(i)));
                }
            }
        });
    }

    /** Returns, by day of the sliding window, the share of its incidents that are reported by the epoch's end. */
    private double[] reportedByDay() {
        double[] byDay = new double[calls];
        Background.AtRisk atRisk = data.atRisk();
        long perDay = EventTime.DAY / data.settings().epoch();
        for (int day = 0; day < calls; day++) {
            int from = (int) ((days.slidingFrom() + day) * perDay - atRisk.firstBucket());
            int buckets = 0;
            for (int bucket = from; bucket < from + perDay; bucket++) {
                if (bucket >= 0 && bucket < atRisk.reported().length) {
                    byDay[day] += atRisk.reported()[bucket];
                    buckets++;
                }
            }
            // The last day may not have ended.
            byDay[day] = buckets == 0 ? 1 : byDay[day] / perDay;
        }
        return byDay;
    }

    private int dayOf(int incident) {
        return data.columns().day[incident] - (int) days.slidingFrom();
    }

    /** Returns the likelihood ratio of each day of calls, given all other causes. */
    private LeakChain.Day[] likelihoods(int index) {
        boolean[] hasPairs = new boolean[calls];
        DailyProducts products = new DailyProducts(calls, levels);
        double control = attribution.estimates().get(index).control().lasting();
        for (int pair = pairs.first(index); pair < pairs.end(index); pair++) {
            double s = pairs.weeks(index, pair) * knowledgeOfPair[pair] / others(index, pair, control);
            int day = pairs.day(pair);
            if (!hasPairs[day]) {
                hasPairs[day] = true;
                products.clear(day);
            }
            products.multiply(day, s);
        }
        Account account = data.accounts().get(index);
        LeakChain.Day[] likelihoods = new LeakChain.Day[calls];
        for (int day = 0; day < calls; day++) {
            double exposure = data.ordersInMemory(account, day) * reported[day];
            likelihoods[day] = hasPairs[day]
                    ? chain.day(products.logLikelihoods(day, exposure))
                    : chain.dayWithoutIncident(exposure);
        }
        return likelihoods;
    }

    /**
     * Returns the intensity of all causes of a pair's incident except its custodian, which may also leak its orders of
     * today: the two kinds of leak are weighed against each other later.
     */
    private double others(int index, int pair, double control) {
        int i = pairs.incident(pair);
        double baseline = attribution.intensities().baseline(i) * backgroundPart[pairs.day(pair)];
        return Math.max(total[i] - blameOfPair[pair] - pairs.today(index, pair), baseline) + (control - 1) * baseline;
    }

    private LeakChain.State[] states(LeakChain.Day[] likelihoods) {
        return chain.states(chain.start(), likelihoods);
    }

    private static LeakChain.State last(LeakChain.State[] states) {
        return states[states.length - 1];
    }

    /**
     * Weighs a custodian given the others, and attributes incidents to it.
     *
     * @param isFinal whether rivals and the copied weeks are wanted
     */
    private ArchiveEstimate estimate(int index, double wave, boolean isFinal) {
        LeakChain.Day[] likelihoods = likelihoods(index);
        LeakChain.State[] states = states(likelihoods);
        double statistic = last(states).statistic() - wave;
        double ever = data.settings().startRate() * StrictMath.exp(Math.min(statistic, 700));
        boolean blamed = ever / (1 + ever) >= data.settings().blameFloor();
        LeakChain.Smoothed smoothed = blamed ? chain.backward(states, likelihoods, false) : null;
        double attributed = 0;
        double[] explainable = new double[blamed && isFinal ? alone.length : 0];
        Set<String> buyers = new HashSet<>();
        double[] weeks = new double[Integer.SIZE];
        DoubleArrayList contributions = new DoubleArrayList();
        for (int pair = pairs.first(index); pair < pairs.end(index); pair++) {
            int i = pairs.incident(pair);
            double blame =
                    blamed ? smoothed.level()[pairs.day(pair)] * pairs.weeks(index, pair) * knowledgeOfPair[pair] : 0;
            total[i] += blame - blameOfPair[pair];
            blameOfPair[pair] = blame;
            if (blame == 0) {
                continue;
            }
            Incident incident = data.incidents().get(i);
            double share = blame / total[i];
            attributed += share;
            contributions.add(-StrictMath.log(1 - share));
            if (share >= AlertPolicy.COUNTED_SHARE) {
                buyers.add(incident.first.buyerId());
            }
            if (!isFinal) {
                continue;
            }
            addWeeks(index, incident, share, weeks);
            for (int slot : incident.known.pastSlots()) {
                int other = data.indexOfSlot()[slot];
                if (other >= 0 && other != index) {
                    explainable[other] += share;
                }
            }
        }
        if (!blamed) {
            return ArchiveEstimate.without(statistic);
        }
        int rival = rival(index, explainable, attributed);
        long[] span = span(weeks);
        double[] starting = smoothed.starting();
        int start = 0;
        for (int day = 1; day < calls; day++) {
            start = starting[day] > starting[start] ? day : start;
        }
        return new ArchiveEstimate(
                statistic,
                smoothed.leaking()[calls - 1],
                attributed,
                buyers.size(),
                days.slidingFrom() + start,
                span[0],
                span[1],
                rival < 0 ? null : data.accounts().get(rival).custodian(),
                rival < 0 ? 0 : explainable[rival] / attributed,
                descending(contributions));
    }

    /**
     * Returns the strongest rival of a custodian, or −1. A seller whose parcels a robbed hub handled has some of its
     * victims, and the hub has all of them.
     *
     * @param explainable by account: sum of the shares of incidents that it could explain as well
     */
    private int rival(int index, double[] explainable, double attributed) {
        int strongest = -1;
        for (int other = 0; other < explainable.length; other++) {
            boolean qualifies = explainable[other] >= RIVAL_SHARE * attributed && isStrong(other, index);
            if (qualifies && (strongest < 0 || alone[other] > alone[strongest])) {
                strongest = other;
            }
        }
        return strongest;
    }

    /** Whether a custodian is strong enough to be a rival of another. Between a part and its whole, one is. */
    private boolean isStrong(int other, int index) {
        Parts parts = data.parts();
        if (parts.isPartOf(other, index)) {
            return parts.isDistinguished(other, alone[other], index, alone[index]);
        }
        if (parts.isPartOf(index, other)) {
            return !parts.isDistinguished(index, alone[index], other, alone[other]);
        }
        // One that is above the threshold itself is accused, and no rival.
        boolean isAccused = estimates[other] != null && policy.reachedBy(estimates[other].evidence());
        return !isAccused && alone[other] > alone[index] - RIVAL_MARGIN;
    }

    private static double[] descending(DoubleArrayList values) {
        double[] sorted = values.toDoubleArray();
        Arrays.sort(sorted);
        for (int i = 0; i < sorted.length / 2; i++) {
            double smaller = sorted[i];
            sorted[i] = sorted[sorted.length - 1 - i];
            sorted[sorted.length - 1 - i] = smaller;
        }
        return sorted;
    }

    /** Adds an incident's share to the weeks, before today, in which the custodian touched orders of its buyer. */
    private void addWeeks(int index, Incident incident, double share, double[] weeks) {
        int[] slots = incident.known.pastSlots();
        for (int p = 0; p < slots.length; p++) {
            if (data.indexOfSlot()[slots[p]] != index) {
                continue;
            }
            PastCustodian past = incident.first.past().get(p);
            int bits = data.settings().accesses().gainedWeeks(past);
            int later = (int) (EventTime.weekOf(days.end() - 1) - EventTime.weekOf(incident.at));
            for (int week = 0; week + later < weeks.length; week++) {
                if ((bits & 1 << week) != 0) {
                    weeks[week + later] += share / Integer.bitCount(bits);
                }
            }
        }
    }

    /** Returns the first and last day of the weeks without the outer shares, in days since 1970-01-01. */
    private long[] span(double[] weeks) {
        double all = Arrays.stream(weeks).sum();
        int newest = 0;
        double sum = weeks[0];
        while (newest < weeks.length - 1 && sum <= TAIL * all) {
            sum += weeks[++newest];
        }
        int oldest = weeks.length - 1;
        sum = weeks[oldest];
        while (oldest > newest && sum <= TAIL * all) {
            sum += weeks[--oldest];
        }
        long week = EventTime.weekOf(days.end() - 1);
        return new long[] {(week - oldest) * 7, (week - newest) * 7 + 6};
    }
}
