package io.leaktrace.localize;

import io.leaktrace.domain.EventTime;
import io.leaktrace.domain.Field;
import io.leaktrace.domain.Role;
import java.util.Collections;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;

/**
 * The model's constants. Times are milliseconds, half-lives and ring are days.
 *
 * @param window how long before a contact a touch can explain it
 * @param epoch length of an epoch; divides a day
 * @param ringDays days of touch whose evidence is attributed anew at every epoch
 * @param learningDays at first, only the background is learned
 * @param incidentSpan contacts of one buyer within this time of the first are one incident
 * @param lowestLevel lowest leak level tried: reported contacts caused per order touched
 * @param levels number of levels, each twice the one before
 * @param endRate probability per day that a leak ends
 * @param fade share of the memory of an ended leak that is lost per day
 * @param startRate prior probability per day that a custodian starts to leak
 * @param blameFloor a custodian carries blame once its probability to leak or have leaked reaches this
 * @param frailtyShape shape of the gamma frailty of buyers
 * @param knowledgeLow least factor by which what a caller knew can speak against a role
 * @param knowledgeHigh largest factor by which it can speak for one
 * @param quotedOrder factor for touches of the order the caller named
 * @param otherOrder factor for touches of other orders, if one was named
 * @param noOrderQuoted factor if none was named
 * @param wavePrior contacts that the short-term multiplier of the background is worth a priori
 * @param backgroundHalfLife of the background rates
 * @param knowledgeHalfLife of what background callers know
 * @param controlHalfLife of the negative control
 * @param controlPrior contacts that a negative control of 1 is worth a priori
 * @param leadTimes the prior of lead times
 * @param leadTimePrior incidents that the prior lead-time density is worth when a role's is learned
 * @param falseAlertDays one false alert is accepted over all custodians in so many days
 * @param alertBuyers number of distinct buyers whose incidents have to be blamed on a custodian before it is accused
 * @param knows the fields a role can know
 * @param leftOut parts of the model that are left out, for comparison
 */
public record ModelSettings(
        long window,
        long epoch,
        int ringDays,
        int learningDays,
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
        double wavePrior,
        double backgroundHalfLife,
        double knowledgeHalfLife,
        double controlHalfLife,
        double controlPrior,
        LeadTimePrior leadTimes,
        double leadTimePrior,
        double falseAlertDays,
        int alertBuyers,
        Map<Role, Set<Field>> knows,
        Set<Part> leftOut) {

    /**
     * Lead times as they are expected: log-normal for some victims, exponential for the others, cut at the window.
     *
     * @param quickShare share of the victims with a log-normal lead time
     * @param quickMedian its median, in days
     * @param quickSigma its σ
     * @param slowMean mean of the exponential lead time, in days
     */
    public record LeadTimePrior(double quickShare, double quickMedian, double quickSigma, double slowMean) {}

    public ModelSettings {
        Map<Role, Set<Field>> copy = new EnumMap<>(Role.class);
        knows.forEach((role, fields) -> copy.put(role, Set.copyOf(fields)));
        knows = Collections.unmodifiableMap(copy);
        Set<Part> parts = EnumSet.noneOf(Part.class);
        parts.addAll(leftOut);
        leftOut = Collections.unmodifiableSet(parts);
    }

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
                3 * EventTime.DAY,
                0.0005,
                10,
                1.0 / 20,
                0.07,
                1e-4,
                0.05,
                1,
                0.05,
                12,
                8,
                0.1,
                0.8,
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
                Set.of());
    }

    /** The same with epochs of another length. */
    public ModelSettings withEpoch(long newEpoch) {
        return with(newEpoch, leadTimes, leftOut);
    }

    /** The same with other lead times. */
    public ModelSettings withLeadTimes(LeadTimePrior newLeadTimes) {
        return with(epoch, newLeadTimes, leftOut);
    }

    /** The same without some parts. */
    public ModelSettings without(Set<Part> parts) {
        return with(epoch, leadTimes, parts);
    }

    private ModelSettings with(long newEpoch, LeadTimePrior newLeadTimes, Set<Part> newLeftOut) {
        return new ModelSettings(
                window,
                newEpoch,
                ringDays,
                learningDays,
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
                wavePrior,
                backgroundHalfLife,
                knowledgeHalfLife,
                controlHalfLife,
                controlPrior,
                newLeadTimes,
                leadTimePrior,
                falseAlertDays,
                alertBuyers,
                knows,
                newLeftOut);
    }

    /** Whether a part of the model is at work. */
    public boolean has(Part part) {
        return !leftOut.contains(part);
    }

    /** Leak level k: reported contacts caused per order touched. */
    public double level(int k) {
        return lowestLevel * (1L << k);
    }

    /** Weight with which each level starts, so that the starts of a day add up to one. */
    public double startWeight() {
        return 1.0 / levels;
    }

    public int windowDays() {
        return ceil(window, EventTime.DAY);
    }

    public int windowHours() {
        return ceil(window, EventTime.HOUR);
    }

    /** How long contacts are kept: those older than the ring tell how often a buyer is called anyway. */
    public int historyDays() {
        return 2 * ringDays;
    }

    private static int ceil(long span, long unit) {
        return (int) ((span + unit - 1) / unit);
    }
}
