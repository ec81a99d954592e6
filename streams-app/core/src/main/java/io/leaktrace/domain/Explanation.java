package io.leaktrace.domain;

import java.time.Duration;
import java.time.Instant;
import java.util.List;

/**
 * Why a custodian stands where it stands at the end of an epoch. Evidence is in base-10 logarithms.
 *
 * @param alone evidence if nobody else were to blame for anything in the days shown
 * @param given evidence given what others are blamed for
 * @param threshold the evidence at which alerts are raised
 * @param negativeControl by how much more than others its buyers were called before they bought, at least 1
 * @param days of touch, ascending
 * @param leadTimes from touch to contact
 * @param disclosed what callers knew
 * @param takenBy of the incidents after its orders, what others are blamed for, most first
 * @param incidents those that speak most against it, strongest first
 * @param wouldRaise so many more incidents like its strongest would reach the threshold; 0 where it is reached, or out
 *     of reach
 * @param wouldClear without so many of its strongest incidents the threshold would not be reached; 0 where it is not
 */
public record Explanation(
        String market,
        Custodian custodian,
        Instant asOf,
        double alone,
        double given,
        double threshold,
        double negativeControl,
        List<Day> days,
        List<LeadTime> leadTimes,
        List<Disclosure> disclosed,
        List<Taken> takenBy,
        List<Incident> incidents,
        int wouldRaise,
        int wouldClear)
        implements Finding {

    /** Whether it says how the custodian stands at a time: it may be of another epoch of the same day. */
    public boolean holdsAt(Instant time) {
        return !asOf.plus(Duration.ofDays(1)).isBefore(time);
    }

    @Override
    public String key() {
        return custodian.toString();
    }

    /**
     * A day of touch.
     *
     * @param day its start
     * @param touches orders touched
     * @param exposure the same, each by the share of contacts it may have caused that would be reported by now
     * @param incidents for which a touch of this day is the custodian's likeliest
     * @param attributed incidents blamed on touches of this day: a sum of shares
     * @param alone change of the evidence if nobody else were to blame
     * @param given change of the evidence given the others
     * @param leaking probability that the custodian leaked on this day
     * @param level expected leak level: reported incidents caused per order touched
     */
    public record Day(
            Instant day,
            long touches,
            double exposure,
            long incidents,
            double attributed,
            double alone,
            double given,
            double leaking,
            double level) {}

    /**
     * Incidents by the time from touch to contact.
     *
     * @param incidents by their likeliest touch
     */
    public record LeadTime(int fromHours, int toHours, long incidents, double attributed) {}

    /**
     * Incidents in which the caller knew something.
     *
     * @param known whether the custodian's role can know it
     */
    public record Disclosure(Field field, boolean known, long incidents, double attributed) {}

    /**
     * What somebody else carries.
     *
     * @param custodian null for what nobody is blamed for
     */
    public record Taken(Custodian custodian, double incidents) {}

    /**
     * One incident.
     *
     * @param contactId of its first contact
     * @param share of the blame that this custodian carries
     * @param background the share that no custodian carries
     * @param shares of all who carry any, largest first
     */
    public record Incident(
            String contactId, Instant contactedAt, double share, double background, List<Share> shares) {}

    public record Share(Custodian custodian, double share) {}
}
