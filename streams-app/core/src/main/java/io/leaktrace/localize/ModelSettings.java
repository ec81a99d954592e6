package io.leaktrace.localize;

import io.leaktrace.domain.Correlation.ContactTouch;
import io.leaktrace.domain.Custodian;
import io.leaktrace.domain.EventTime;
import io.leaktrace.domain.Field;
import io.leaktrace.domain.ReportSource;
import io.leaktrace.domain.Role;
import java.util.Collections;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;

/**
 * The constants of the model. Times are in milliseconds, half-lives and {@code slidingDays} in days.
 *
 * @param window the join window: the longest time from a touch to a contact that it can explain
 * @param epoch length of an epoch; divides a day
 * @param slidingDays length of the sliding window: days of touch whose leak levels are re-estimated at every epoch
 * @param learningDays length of the learning period, in which only the background is estimated
 * @param memoryDays for how many days before a contact the custodians that touched an order of its buyer are known; 0 for
 *     none
 * @param incidentSpan contacts of one buyer within this time of the first are one incident
 * @param lowestLevel lowest leak level of the grid: reported contacts caused per order touched
 * @param levels number of leak levels; each is twice the previous one
 * @param endRate probability per day that a leak ends
 * @param fade share of the weight of ended leaks that is lost per day
 * @param startRate prior probability per day that a custodian starts to leak
 * @param blameFloor incidents are attributed to a custodian only if its probability to leak or have leaked reaches this
 * @param frailtyShape shape of the gamma frailty of buyers
 * @param knowledgeLow lower limit of the likelihood ratio of the disclosed fields
 * @param knowledgeHigh upper limit of that ratio
 * @param quotedOrder factor for touches of the order that the caller quoted
 * @param otherOrder factor for touches of other orders, if one was quoted
 * @param noOrderQuoted factor for all touches, if no order was quoted
 * @param markChance probability that a mark agrees by chance or is misheard, in (0, 1]
 * @param dialledReused probability that a virtual number reached another buyer or order than the caller's data are of,
 *     in (0, 0.5]
 * @param accesses which custodians access orders only by events
 * @param decoyBackground prior mean of the calls per decoy line and month that no custodian causes, above 0
 * @param reportedShare share of the contacts with real buyers that are reported, in (0, 1]; those with decoys all are
 * @param wavePrior weight of the prior of the short-term multiplier of the background, in incidents
 * @param backgroundHalfLife half-life of the smoothing of background rates
 * @param knowledgeHalfLife half-life of the weights of incidents for the fields that background callers disclose
 * @param controlHalfLife half-life of the weights of touches in the negative control
 * @param controlPrior weight of the prior of a negative control of 1, in incidents
 * @param leadTimePrior the prior of lead times
 * @param leadTimePriorWeight weight of the prior lead-time density against observed lead times, in incidents
 * @param falseAlertDays number of days in which one false alert over all custodians is accepted
 * @param alertBuyers least number of distinct buyers with incidents attributed to a custodian, for an alert
 * @param knows the fields that each role can know
 * @param reliability probability that a report of each source is true, in (0, 1]
 * @param leftOut model components that are switched off, for ablation studies
 */
public record ModelSettings(
        long window,
        long epoch,
        int slidingDays,
        int learningDays,
        int memoryDays,
        long incidentSpan,
        double lowestLevel,
        int levels,
        double endRate,
        double fade,
        double startRate,
        double blameFloor,
        double frailtyShape,
        double knowledgeLow,
        double knowledgeHigh,
        double quotedOrder,
        double otherOrder,
        double noOrderQuoted,
        double markChance,
        double dialledReused,
        Accesses accesses,
        double decoyBackground,
        double reportedShare,
        double wavePrior,
        double backgroundHalfLife,
        double knowledgeHalfLife,
        double controlHalfLife,
        double controlPrior,
        LeadTimePrior leadTimePrior,
        double leadTimePriorWeight,
        double falseAlertDays,
        int alertBuyers,
        Map<Role, Set<Field>> knows,
        Map<ReportSource, Double> reliability,
        Set<ModelComponent> leftOut) {

    /**
     * The prior of lead times: a mixture of a log-normal and an exponential distribution, truncated at the join window.
     *
     * @param quickShare weight of the log-normal component, in [0, 1]
     * @param quickMedian median of the log-normal component, in days
     * @param quickSigma σ of the log-normal component
     * @param slowMean mean of the exponential component, in days
     */
    public record LeadTimePrior(double quickShare, double quickMedian, double quickSigma, double slowMean) {}

    /**
     * Which custodians' accesses are logged completely. Another touch of theirs gives them the order's data only with a
     * small probability: that of an access that was not logged.
     *
     * @param roles roles of such custodians
     * @param custodians further such custodians
     * @param missing probability that an access was not logged, in [0, 1]
     */
    public record Accesses(Set<Role> roles, Set<Custodian> custodians, double missing) {

        static final Accesses NOT_LOGGED = new Accesses(Set.of(), Set.of(), 0.02);

        public Accesses {
            roles = Set.copyOf(roles);
            custodians = Set.copyOf(custodians);
        }

        /** Returns the probability that a custodian gains an order's data by a touch that is no access. */
        double unlogged(Custodian custodian) {
            return roles.contains(custodian.role()) || custodians.contains(custodian) ? missing : 1;
        }

        /**
         * Returns the probability that a custodian gained an order's data at its first touch, rather than at its first
         * access.
         *
         * @param accessedAt 0 if it did not access the order
         */
        double atTouch(Custodian custodian, long touchedAt, long accessedAt) {
            return accessedAt == touchedAt ? 1 : unlogged(custodian);
        }

        /** Returns when a touch's custodian most likely gained the order's data, in epoch milliseconds. */
        long gainedAt(ContactTouch touch) {
            boolean atAccess = touch.accessedAt() != 0 && unlogged(touch.custodian()) < 0.5;
            return atAccess ? touch.accessedAt() : touch.touchedAt();
        }
    }

    public ModelSettings {
        Map<Role, Set<Field>> copy = new EnumMap<>(Role.class);
        knows.forEach((role, fields) -> copy.put(role, Set.copyOf(fields)));
        knows = Collections.unmodifiableMap(copy);
        reliability = Collections.unmodifiableMap(new EnumMap<>(reliability));
        Set<ModelComponent> parts = EnumSet.noneOf(ModelComponent.class);
        parts.addAll(leftOut);
        leftOut = Collections.unmodifiableSet(parts);
    }

    /** Returns the default settings. */
    public static ModelSettings defaults() {
        Map<Role, Set<Field>> knows = new EnumMap<>(Role.class);
        for (Role role : Role.values()) {
            knows.put(role, role.knows());
        }
        return new ModelSettings(
                14 * EventTime.DAY,
                6 * EventTime.HOUR,
                28,
                5,
                180,
                3 * EventTime.DAY,
                0.0005,
                10,
                1.0 / 20,
                0.07,
                1e-4,
                0.05,
                1,
                0.05,
                40,
                8,
                0.1,
                0.8,
                0.01,
                0.05,
                Accesses.NOT_LOGGED,
                2,
                0.1,
                30,
                3,
                14,
                20,
                5,
                new LeadTimePrior(0.8, 1, 1, 5),
                50,
                60,
                5,
                knows,
                Map.of(ReportSource.BUYER, 0.98, ReportSource.PLATFORM, 0.995, ReportSource.POLICE, 0.999),
                Set.of());
    }

    /** Returns a copy with another epoch length, in milliseconds; it has to divide a day. */
    public ModelSettings withEpoch(long newEpoch) {
        return with(newEpoch, accesses, leadTimePrior, leftOut);
    }

    /** Returns a copy with other custodians whose accesses are logged. */
    public ModelSettings withAccesses(Accesses newAccesses) {
        return with(epoch, newAccesses, leadTimePrior, leftOut);
    }

    /** Returns a copy with another prior of lead times. */
    public ModelSettings withLeadTimePrior(LeadTimePrior newPrior) {
        return with(epoch, accesses, newPrior, leftOut);
    }

    /** Returns a copy with these model components, and no others, switched off. */
    public ModelSettings without(Set<ModelComponent> parts) {
        return with(epoch, accesses, leadTimePrior, parts);
    }

    private ModelSettings with(
            long newEpoch, Accesses newAccesses, LeadTimePrior newPrior, Set<ModelComponent> newLeftOut) {
        return new ModelSettings(
                window,
                newEpoch,
                slidingDays,
                learningDays,
                memoryDays,
                incidentSpan,
                lowestLevel,
                levels,
                endRate,
                fade,
                startRate,
                blameFloor,
                frailtyShape,
                knowledgeLow,
                knowledgeHigh,
                quotedOrder,
                otherOrder,
                noOrderQuoted,
                markChance,
                dialledReused,
                newAccesses,
                decoyBackground,
                reportedShare,
                wavePrior,
                backgroundHalfLife,
                knowledgeHalfLife,
                controlHalfLife,
                controlPrior,
                newPrior,
                leadTimePriorWeight,
                falseAlertDays,
                alertBuyers,
                knows,
                reliability,
                newLeftOut);
    }

    /**
     * Returns the probability that a report is true, in (0, 1].
     *
     * @param source null if it is unknown; it then counts as the buyer's
     */
    public double reliability(ReportSource source) {
        return reliability.get(source == null ? ReportSource.BUYER : source);
    }

    /** Whether a model component is switched on. */
    public boolean has(ModelComponent part) {
        return !leftOut.contains(part);
    }

    /** Returns leak level k, from 0: reported contacts caused per order touched. */
    public double level(int k) {
        return lowestLevel * (1L << k);
    }

    /** Returns the weight w of a start at each level; over all levels the weights add up to 1. */
    public double startWeight() {
        return 1.0 / levels;
    }

    /** Returns the join window in days, rounded up. */
    public int windowDays() {
        return ceil(window, EventTime.DAY);
    }

    /** Returns the join window in hours, rounded up. */
    public int windowHours() {
        return ceil(window, EventTime.HOUR);
    }

    /**
     * Returns the number of days that contacts are kept. Those before the sliding window still inform the background.
     */
    public int historyDays() {
        return 2 * slidingDays;
    }

    /** Returns the memory in weeks, rounded up. */
    public int memoryWeeks() {
        return ceil(memoryDays, 7);
    }

    private static int ceil(long span, long unit) {
        return (int) ((span + unit - 1) / unit);
    }
}
