package io.leaktrace.domain;

import java.time.Duration;
import java.time.Instant;
import java.util.List;

/**
 * The explanation of a custodian's evidence and score at the end of an epoch. Evidence is in base-10 logarithms.
 *
 * @param alone evidence if no other custodian caused any incident in the days shown
 * @param given evidence given the incidents attributed to other custodians
 * @param threshold the evidence at which alerts are raised
 * @param negativeControl ratio of the rate at which its buyers were called before they bought to that of others, at
 *     least 1
 * @param days of touch, ascending
 * @param leadTimes incidents by time from touch to contact
 * @param disclosed incidents by field that callers knew
 * @param takenBy incidents after its orders that are attributed to others, largest first
 * @param incidents the strongest incidents against it, strongest first
 * @param wouldRaise number of further incidents like its strongest that would reach the threshold; 0 if it is reached
 *     or out of reach
 * @param wouldClear number of its strongest incidents without which the threshold would not be reached; 0 if it is not
 *     reached
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

    /** Returns whether it applies at a time: it may be of an earlier epoch up to a day before. */
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
     * @param day start of the day
     * @param touches number of orders touched
     * @param exposure the same, each weighted by the expected share of its contacts that is reported by now
     * @param incidents incidents whose most likely touch by the custodian is of this day
     * @param attributed incidents blamed on touches of this day: a sum of shares
     * @param alone change of the evidence if no other custodian caused any incident
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
     * @param incidents number of incidents by their most likely touch
     */
    public record LeadTime(int fromHours, int toHours, long incidents, double attributed) {}

    /**
     * Incidents in which the caller knew a field.
     *
     * @param known whether the custodian's role can know the field
     * @param seen number of these incidents in which the custodian had seen the field of an order; null if no order says
     *     what it saw
     */
    public record Disclosure(Field field, boolean known, long incidents, double attributed, Long seen) {}

    /**
     * Incidents attributed to another custodian or to the background.
     *
     * @param custodian null for the background
     */
    public record Taken(Custodian custodian, double incidents) {}

    /**
     * One incident.
     *
     * @param contactId id of its first contact
     * @param share attributed to this custodian
     * @param background share that is not attributed to a custodian
     * @param shares of all custodians with a share, largest first
     * @param decoy whether its buyer is a decoy
     */
    public record Incident(
            String contactId,
            Instant contactedAt,
            double share,
            double background,
            List<Share> shares,
            boolean decoy) {}

    public record Share(Custodian custodian, double share) {}
}
