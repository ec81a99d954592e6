package io.leaktrace.localize;

import io.leaktrace.domain.EventTime;
import io.leaktrace.localize.Incidents.Incident;
import it.unimi.dsi.fastutil.ints.IntOpenHashSet;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;

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

    /** A custodian whose statistic alone is smaller is not weighed given the others, which would lower it. */
    private static final double SCREENING = 2;

    /** What is read of so few incidents fits into a cache of 512 kB. */
    private static final int INCIDENTS_AT_ONCE = 8192;

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

    /**
     * By account: the likelihood ratio of the disclosed fields, times the probability that the report is real, by pair from
     * its first on; null if it is not weighed given the others.
     */
    private final double[][] knowledge;

    /** By account: the intensity of its archive, likewise; null as long as no incident has been attributed to it. */
    private final double[][] blame;

    /** By incident: the intensity of all causes, with that of archives. */
    private final double[] total;

    private final double[] reported;

    /** By account: the statistic as if no other custodian had lost an archive, a wave not considered. */
    private final double[] alone;

    private final ArchiveEstimate[] estimates;

    /** What background callers disclose, as it was learned last; null if the fields are left out. */
    private DisclosureLikelihood background;

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
        this.knowledge = new double[alone.length][];
        this.blame = new double[alone.length][];
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
        double[] waves = CallWaves.logRatios(data, pairs);
        learnDisclosures();
        weighAlone();
        List<Integer> ranked = new ArrayList<>();
        for (int index = 0; index < alone.length; index++) {
            if (pairs.size(index) == 0) {
                continue;
            }
            if (alone[index] >= SCREENING) {
                ranked.add(index);
            } else {
                estimates[index] = ArchiveEstimate.without(alone[index] - waves[index]);
            }
        }
        if (ranked.isEmpty()) {
            return estimates;
        }
        double[] ranks = data.parts().ranks(alone);
        ranked.sort(Comparator.<Integer>comparingDouble(index -> ranks[index])
                .reversed()
                .thenComparing(Comparator.naturalOrder()));
        weighDisclosures(ranked);
        // What the callers of a campaign disclose has entered the background. So it is learned again, without the
        // incidents that archives explain if no wave does, before waves are considered.
        for (int index : ranked) {
            attribute(index, 0);
        }
        learnDisclosures();
        weighDisclosures(ranked);
        withdrawBlame();
        for (int index : ranked) {
            estimates[index] = ArchiveEstimate.without(attribute(index, waves[index]).statistic);
        }
        removeCampaignsFromBackground();
        learnDisclosures();
        weighDisclosures(ranked);
        Weighed[] weighed = new Weighed[ranked.size()];
        for (int place = 0; place < weighed.length; place++) {
            int index = ranked.get(place);
            weighed[place] = withShares(index, attribute(index, waves[index]));
            estimates[index] = ArchiveEstimate.without(weighed[place].statistic);
        }
        data.workers().overCustodians(weighed.length, (from, to) -> {
            for (int place = from; place < to; place++) {
                if (weighed[place].smoothed != null) {
                    estimates[ranked.get(place)] = estimate(ranked.get(place), weighed[place]);
                }
            }
        });
        return estimates;
    }

    /**
     * Weighs each custodian under the assumption that no other lost an archive, a wave not considered. All are weighed for
     * one or a few days before the next, for data locality: what is read of these incidents fits into the cache, and that
     * of all does not.
     */
    private void weighAlone() {
        DisclosureLikelihood.Habit[] habits = new DisclosureLikelihood.Habit[alone.length];
        LeakChain.State[] states = new LeakChain.State[alone.length];
        int[] next = new int[alone.length];
        for (int index = 0; index < alone.length; index++) {
            habits[index] = habit(index);
            states[index] = chain.start();
            next[index] = pairs.first(index);
        }
        for (int from = 0, to; from < calls; from = to) {
            to = lastAtOnce(from) + 1;
            int first = from;
            int end = to;
            data.workers().overCustodians(alone.length, (fromIndex, toIndex) -> {
                double[] ratios = {};
                for (int index = fromIndex; index < toIndex; index++) {
                    for (int day = first; pairs.size(index) > 0 && day < end; day++) {
                        int pair = next[index];
                        next[index] = pairs.endOfDay(index, pair, day);
                        int size = next[index] - pair;
                        ratios = ratios.length < size ? new double[size] : ratios;
                        weighDisclosures(index, pair, size, habits[index], ratios);
                        states[index] = chain.forward(states[index], likelihood(index, day, pair, ratios, 0, size));
                    }
                }
            });
        }
        for (int index = 0; index < alone.length; index++) {
            alone[index] = pairs.size(index) == 0 ? 0 : states[index].statistic();
        }
    }

    /** Returns the last of the days from one on that are weighed before the next. */
    private int lastAtOnce(int first) {
        int incidents = data.columns().firstFrom(days.slidingFrom() + first);
        int last = first;
        while (last + 1 < calls
                && data.columns().firstFrom(days.slidingFrom() + last + 2) - incidents <= INCIDENTS_AT_ONCE) {
            last++;
        }
        return last;
    }

    private void withdrawBlame() {
        Arrays.fill(blame, null);
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
            if (blame[index] == null) {
                continue;
            }
            int from = pairs.first(index);
            for (int day = 0, pair = from; day < calls; day++) {
                for (int end = pairs.endOfDay(index, pair, day); pair < end; pair++) {
                    ofArchives[day] += blame[index][pair - from] / total[pairs.incident(pair)];
                }
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

    /** Writes the likelihood ratios of the disclosed fields of some custodians, whose callers have habits of their own. */
    private void weighDisclosures(List<Integer> indexes) {
        data.workers().overCustodians(indexes.size(), (from, to) -> {
            for (int index : indexes.subList(from, to)) {
                knowledge[index] = disclosures(index);
            }
        });
    }

    /** Returns the likelihood ratios of the disclosed fields of a custodian's pairs. */
    private double[] disclosures(int index) {
        double[] ratios = new double[pairs.size(index)];
        weighDisclosures(index, pairs.first(index), ratios.length, habit(index), ratios);
        return ratios;
    }

    /** Learns what background callers disclose, unless this model component is switched off. */
    private void learnDisclosures() {
        Intensities intensities = attribution.intensities();
        background = data.settings().has(ModelComponent.FIELD_KNOWLEDGE)
                ? DisclosureLikelihood.learn(data, incident -> intensities.background(incident) / total[incident])
                : null;
    }

    private DisclosureLikelihood.Habit habit(int index) {
        return background == null
                ? null
                : background.new Habit(data.accounts().get(index).custodian().role());
    }

    /**
     * Writes the likelihood ratios of consecutive pairs of a custodian, from the first of them on.
     *
     * @param habit of its callers, learned from the pairs before; learns from these. Null if the fields are left out
     */
    private void weighDisclosures(int index, int first, int size, DisclosureLikelihood.Habit habit, double[] ratios) {
        IncidentColumns columns = data.columns();
        for (int at = 0; at < size; at++) {
            int i = pairs.incident(first + at);
            if (habit == null) {
                ratios[at] = columns.reliability[i];
                continue;
            }
            int disclosed = columns.disclosed[i];
            int saw = pairs.saw(first + at);
            ratios[at] = habit.ratio(disclosed, saw) * columns.reliability[i];
            double rate = HABIT_LEVEL * pairs.weeks(index, first + at) * ratios[at];
            habit.learn(disclosed, saw, rate / (rate + attribution.intensities().baseline(i)));
        }
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
        LeakChain.Day[] likelihoods = new LeakChain.Day[calls];
        int first = pairs.first(index);
        for (int day = 0, pair = first; day < calls; day++) {
            int end = pairs.endOfDay(index, pair, day);
            likelihoods[day] = likelihood(index, day, pair, knowledge[index], pair - first, end - first);
            pair = end;
        }
        return likelihoods;
    }

    /**
     * Returns the likelihood ratio of a day of calls, given all other causes.
     *
     * @param first the day's first pair
     * @param ratios likelihood ratios of the disclosed fields: those of the day's pairs are from {@code from} to
     *     {@code to}, exclusive
     */
    private LeakChain.Day likelihood(int index, int day, int first, double[] ratios, int from, int to) {
        double exposure = data.ordersInMemory(data.accounts().get(index), day) * reported[day];
        if (from == to) {
            return chain.dayWithoutIncident(exposure);
        }
        DailyProducts products = new DailyProducts(1, levels);
        products.clear(0);
        double control = attribution.estimates().get(index).control().lasting();
        for (int at = from; at < to; at++) {
            int pair = first + at - from;
            double others = others(index, pair, backgroundPart[day], control);
            products.multiply(0, pairs.weeks(index, pair) * ratios[at] / others);
        }
        return chain.day(products.logLikelihoods(0, exposure));
    }

    /**
     * Returns the intensity of all causes of a pair's incident except its custodian, which may also leak its orders of
     * today: the two kinds of leak are weighed against each other later.
     */
    private double others(int index, int pair, double partOfBackground, double control) {
        int i = pairs.incident(pair);
        double baseline = attribution.intensities().baseline(i) * partOfBackground;
        double ofArchive = blame[index] == null ? 0 : blame[index][pair - pairs.first(index)];
        return Math.max(total[i] - ofArchive - pairs.today(index, pair), baseline) + (control - 1) * baseline;
    }

    private LeakChain.State[] states(LeakChain.Day[] likelihoods) {
        return chain.states(chain.start(), likelihoods);
    }

    private static LeakChain.State last(LeakChain.State[] states) {
        return states[states.length - 1];
    }

    /**
     * A custodian that was weighed given the others.
     *
     * @param smoothed null if no incident is attributed to it
     * @param shares of each of its incidents that is attributed to it, by pair from its first on; null like the other
     * @param isStrong by account: whether it is strong enough to be its rival; null like the other
     */
    private record Weighed(double statistic, LeakChain.Smoothed smoothed, double[] shares, boolean[] isStrong) {}

    /** Weighs a custodian given the others, and attributes incidents to it. */
    private Weighed attribute(int index, double wave) {
        LeakChain.Day[] likelihoods = likelihoods(index);
        LeakChain.State[] states = states(likelihoods);
        double statistic = last(states).statistic() - wave;
        double ever = data.settings().startRate() * StrictMath.exp(Math.min(statistic, 700));
        boolean blamed = ever / (1 + ever) >= data.settings().blameFloor();
        LeakChain.Smoothed smoothed = blamed ? chain.backward(states, likelihoods, false) : null;
        if (blamed || blame[index] != null) {
            setBlame(index, blamed ? smoothed.level() : new double[calls]);
        }
        return new Weighed(statistic, smoothed, null, null);
    }

    /** Sets the intensity of a custodian's archive, by its level on each day, and updates the totals. */
    private void setBlame(int index, double[] level) {
        int first = pairs.first(index);
        double[] ofPairs = blame[index] == null ? new double[pairs.size(index)] : blame[index];
        blame[index] = ofPairs;
        for (int day = 0, pair = first; day < calls; day++) {
            for (int end = pairs.endOfDay(index, pair, day); pair < end; pair++) {
                int at = pair - first;
                double now = level[day] * pairs.weeks(index, pair) * knowledge[index][at];
                total[pairs.incident(pair)] += now - ofPairs[at];
                ofPairs[at] = now;
            }
        }
    }

    /** Adds what the estimate of a custodian needs and what changes when the next one is weighed. */
    private Weighed withShares(int index, Weighed weighed) {
        if (weighed.smoothed == null) {
            return weighed;
        }
        double[] shares = new double[pairs.size(index)];
        for (int at = 0; at < shares.length; at++) {
            shares[at] = blame[index][at] == 0 ? 0 : blame[index][at] / total[pairs.incident(pairs.first(index) + at)];
        }
        boolean[] isStrong = new boolean[alone.length];
        for (int other = 0; other < isStrong.length; other++) {
            isStrong[other] = other != index && isStrong(other, index);
        }
        return new Weighed(weighed.statistic, weighed.smoothed, shares, isStrong);
    }

    /** Returns the estimate of a custodian to which incidents are attributed. */
    private ArchiveEstimate estimate(int index, Weighed weighed) {
        int first = pairs.first(index);
        double attributed = 0;
        int contributing = 0;
        double[] contributions = new double[weighed.shares.length];
        IntOpenHashSet buyers = new IntOpenHashSet();
        double[] weeks = new double[Integer.SIZE];
        for (int day = 0, pair = first; day < calls; day++) {
            for (int end = pairs.endOfDay(index, pair, day); pair < end; pair++) {
                double share = weighed.shares[pair - first];
                if (share == 0) {
                    continue;
                }
                attributed += share;
                contributions[contributing++] = -FdLibm.log(1 - share);
                if (share >= AlertPolicy.COUNTED_SHARE) {
                    buyers.add(firstOfBuyer(pairs.incident(pair)));
                }
                addWeeks(pairs.gainedWeeks(index, pair), days.slidingFrom() + day, share, weeks);
            }
        }
        double[] explainable = explainable(index, weighed);
        int rival = rival(index, weighed, explainable, attributed);
        long[] span = span(weeks);
        double[] starting = weighed.smoothed.starting();
        int start = 0;
        for (int day = 1; day < calls; day++) {
            start = starting[day] > starting[start] ? day : start;
        }
        return new ArchiveEstimate(
                weighed.statistic,
                weighed.smoothed.leaking()[calls - 1],
                attributed,
                buyers.size(),
                days.slidingFrom() + start,
                span[0],
                span[1],
                rival < 0 ? null : data.accounts().get(rival).custodian(),
                rival < 0 ? 0 : explainable[rival] / attributed,
                descending(Arrays.copyOf(contributions, contributing)));
    }

    /** Returns the first incident of the same buyer. */
    private int firstOfBuyer(int incident) {
        int first = incident;
        while (data.columns().before[first] >= 0) {
            first = data.columns().before[first];
        }
        return first;
    }

    /** Returns, by account, the sum of the shares of a custodian's incidents that the account could explain as well. */
    private double[] explainable(int index, Weighed weighed) {
        double[] explainable = new double[alone.length];
        for (int at = 0; at < weighed.shares.length; at++) {
            double share = weighed.shares[at];
            if (share == 0) {
                continue;
            }
            Incident incident = data.incidents().get(pairs.incident(pairs.first(index) + at));
            for (int slot : incident.known.pastSlots()) {
                int other = data.indexOfSlot()[slot];
                if (other >= 0) {
                    explainable[other] += share;
                }
            }
        }
        return explainable;
    }

    /**
     * Returns the strongest rival of a custodian, or −1. A seller whose parcels a robbed hub handled has some of its
     * victims, and the hub has all of them.
     *
     * @param explainable by account: sum of the shares of incidents that it could explain as well
     */
    private int rival(int index, Weighed weighed, double[] explainable, double attributed) {
        int strongest = -1;
        for (int other = 0; other < alone.length; other++) {
            boolean qualifies = explainable[other] >= RIVAL_SHARE * attributed
                    && (weighed.isStrong[other] || isOfSameOrders(other, index, weighed.shares));
            if (qualifies && (strongest < 0 || alone[other] > alone[strongest])) {
                strongest = other;
            }
        }
        return strongest;
    }

    /**
     * Whether a custodian is a rival of another because both touched orders of the same buyers, also if it is above the
     * threshold itself, unless the incidents tell the two apart.
     *
     * @param shares of each of the other's incidents that is attributed to it, by pair from its first on
     */
    private boolean isOfSameOrders(int other, int index, double[] shares) {
        Parts parts = data.parts();
        int size = Math.max(pairs.size(index), pairs.size(other));
        boolean mayBe = other != index
                && !parts.isPartOf(other, index)
                && !parts.isPartOf(index, other)
                && Math.min(pairs.size(index), pairs.size(other)) >= Rivals.SAME_ORDERS * size
                && Rivals.areSimilar(ordersOf(index), ordersOf(other));
        return mayBe
                && pairs.inCommon(index, other) >= Rivals.SAME_ORDERS * size
                && Math.min(alone[index] - alone[other], ahead(index, other, shares)) < Rivals.WIDE_MARGIN;
    }

    private double ordersOf(int index) {
        return data.accounts().get(index).ordersInMemory();
    }

    /**
     * Returns the log-likelihood ratio of the incidents that are attributed to a custodian: if they are its archive's,
     * against another's.
     */
    private double ahead(int index, int other, double[] shares) {
        double[] ofOther = knowledge[other] == null ? disclosures(other) : knowledge[other];
        double ahead = 0;
        for (int at = 0; at < shares.length; at++) {
            int pair = pairs.first(index) + at;
            int pairOfOther = shares[at] == 0 ? -1 : pairs.of(pairs.incident(pair), other);
            if (pairOfOther >= 0) {
                double ratio = pairs.weeks(index, pair)
                        * knowledge[index][at]
                        / (pairs.weeks(other, pairOfOther) * ofOther[pairOfOther - pairs.first(other)]);
                ahead += shares[at] * FdLibm.log(ratio);
            }
        }
        return ahead;
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

    /** Sorts values in descending order. */
    private static double[] descending(double[] sorted) {
        Arrays.sort(sorted);
        for (int i = 0; i < sorted.length / 2; i++) {
            double smaller = sorted[i];
            sorted[i] = sorted[sorted.length - 1 - i];
            sorted[sorted.length - 1 - i] = smaller;
        }
        return sorted;
    }

    /**
     * Adds an incident's share to weeks before today.
     *
     * @param bits of the weeks before the incident in which the custodian touched orders of its buyer
     * @param day of the incident, in days since 1970-01-01
     */
    private void addWeeks(int bits, long day, double share, double[] weeks) {
        int later = (int) (EventTime.weekOf(days.end() - 1) - Math.floorDiv(day, 7));
        for (int week = 0; week + later < weeks.length; week++) {
            if ((bits & 1 << week) != 0) {
                weeks[week + later] += share / Integer.bitCount(bits);
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
