package io.leaktrace.localize;

import io.leaktrace.domain.EventTime;
import io.leaktrace.domain.Strata;
import io.leaktrace.localize.Incidents.Incident;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/**
 * The scam contacts that would have come anyway: reported incidents per buyer and day, by stratum of recent shopping and
 * by epoch.
 *
 * <p>A rate is the incidents' background shares over the buyer-days at risk, those that can have been reported by now,
 * both smoothed by an exponential kernel. On top lies a short-term multiplier, at least 1, for waves such as a
 * festival's; and each buyer's own gamma frailty, so that one who is called all the time is expected to be.
 */
final class Background {

    /** Incidents that the rate over all strata is worth for each stratum. */
    private static final double STRATUM_PRIOR = 5;

    private final long epoch;
    private final long firstBucket;
    private final double[][] rates;
    private final double[] waves;
    private final double[] average;
    private final double frailtyShape;
    private final long memory;
    private final double windowsRemembered;

    private Background(
            long epoch,
            long firstBucket,
            double[][] rates,
            double[] waves,
            double[] average,
            double frailtyShape,
            long memory,
            double windowsRemembered) {
        this.epoch = epoch;
        this.firstBucket = firstBucket;
        this.rates = rates;
        this.waves = waves;
        this.average = average;
        this.frailtyShape = frailtyShape;
        this.memory = memory;
        this.windowsRemembered = windowsRemembered;
    }

    /** Buyer-days at risk by bucket and stratum, and how much of each bucket's incidents can have been reported. */
    record AtRisk(long firstBucket, double[][] buyerDays, double[] reported) {

        static AtRisk of(Ledger ledger, long firstBucket, long now, ReportingDelay delay, ModelSettings settings) {
            long epoch = settings.epoch();
            int buckets = (int) (Math.floorDiv(now, epoch) - firstBucket);
            double[][] buyerDays = new double[buckets][Strata.COUNT];
            long from = firstBucket * epoch / EventTime.HOUR;
            int hoursOfBucket = (int) (epoch / EventTime.HOUR);
            for (int stratum = 0; stratum < Strata.COUNT; stratum++) {
                Map<Long, Integer> changes = ledger.atRisk(stratum);
                long level = 0;
                for (int value : ledger.atRisk(stratum).headMap(from).values()) {
                    level += value;
                }
                for (int bucket = 0; bucket < buckets; bucket++) {
                    long buyerHours = 0;
                    for (int i = 0; i < hoursOfBucket; i++) {
                        level += changes.getOrDefault(from + (long) bucket * hoursOfBucket + i, 0);
                        buyerHours += level;
                    }
                    buyerDays[bucket][stratum] = buyerHours / 24.0;
                }
            }
            double[] reported = new double[buckets];
            for (int bucket = 0; bucket < buckets; bucket++) {
                long age = EventTime.hourOf(now - (firstBucket + bucket) * epoch) - hoursOfBucket / 2;
                reported[bucket] = delay.within((int) Math.max(1, age));
            }
            return new AtRisk(firstBucket, buyerDays, reported);
        }
    }

    /**
     * @param shares background share of each incident
     */
    static Background learn(List<Incident> incidents, double[] shares, AtRisk atRisk, ModelSettings settings) {
        int buckets = atRisk.buyerDays.length;
        double[][] observed = new double[buckets][Strata.COUNT];
        for (int i = 0; i < shares.length; i++) {
            Incident incident = incidents.get(i);
            int bucket = (int) (Math.floorDiv(incident.at, settings.epoch()) - atRisk.firstBucket);
            if (incident.atRisk && bucket >= 0 && bucket < buckets) {
                observed[bucket][incident.stratum] += shares[i];
            }
        }
        double[][] possible = new double[buckets][Strata.COUNT];
        if (!settings.has(Part.STRATA)) {
            evenOut(observed);
        }
        double allObserved = 0;
        double allPossible = 0;
        for (int bucket = 0; bucket < buckets; bucket++) {
            for (int stratum = 0; stratum < Strata.COUNT; stratum++) {
                possible[bucket][stratum] = atRisk.buyerDays[bucket][stratum] * atRisk.reported[bucket];
                allObserved += observed[bucket][stratum];
                allPossible += possible[bucket][stratum];
            }
        }
        if (!settings.has(Part.STRATA)) {
            evenOut(possible);
        }
        // With nothing seen yet, half an incident keeps the rate above 0.
        double overall = (allObserved + 0.5) / (allPossible + 1);

        double keep = StrictMath.pow(0.5, settings.epoch() / (settings.backgroundHalfLife() * EventTime.DAY));
        double[][] rates = new double[buckets][Strata.COUNT];
        double[] average = new double[Strata.COUNT];
        for (int stratum = 0; stratum < Strata.COUNT; stratum++) {
            double[] seen = smoothed(observed, stratum, keep);
            double[] days = smoothed(possible, stratum, keep);
            double sumSeen = 0;
            double sumDays = 0;
            for (int bucket = 0; bucket < buckets; bucket++) {
                rates[bucket][stratum] = (seen[bucket] + STRATUM_PRIOR) / (days[bucket] + STRATUM_PRIOR / overall);
                sumSeen += observed[bucket][stratum];
                sumDays += possible[bucket][stratum];
            }
            average[stratum] = (sumSeen + STRATUM_PRIOR) / (sumDays + STRATUM_PRIOR / overall);
        }
        double[] waves = waves(observed, possible, rates, settings);
        long memory = settings.ringDays() * EventTime.DAY;
        return new Background(
                settings.epoch(),
                atRisk.firstBucket,
                rates,
                waves,
                average,
                settings.frailtyShape(),
                memory,
                memory / (double) settings.window());
    }

    /** Gives each stratum the mean of all, bucket by bucket. */
    private static void evenOut(double[][] values) {
        for (double[] strata : values) {
            double sum = 0;
            for (double value : strata) {
                sum += value;
            }
            Arrays.fill(strata, sum / strata.length);
        }
    }

    /** Two-sided exponential smoothing, which loses the factor keep with every bucket of distance. */
    private static double[] smoothed(double[][] values, int stratum, double keep) {
        int buckets = values.length;
        double[] smoothed = new double[buckets];
        double past = 0;
        for (int bucket = 0; bucket < buckets; bucket++) {
            past = past * keep + values[bucket][stratum];
            smoothed[bucket] = past;
        }
        double future = 0;
        for (int bucket = buckets - 1; bucket >= 0; bucket--) {
            smoothed[bucket] += future;
            future = (future + values[bucket][stratum]) * keep;
        }
        return smoothed;
    }

    /** Over a day around each bucket, so that the hours of the day even out. */
    private static double[] waves(double[][] observed, double[][] possible, double[][] rates, ModelSettings settings) {
        int buckets = observed.length;
        int perDay = (int) (EventTime.DAY / settings.epoch());
        double[] waves = new double[buckets];
        for (int bucket = 0; bucket < buckets; bucket++) {
            double seen = settings.wavePrior();
            double expected = settings.wavePrior();
            int from = Math.max(0, bucket - perDay / 2);
            int to = Math.min(buckets - 1, from + perDay - 1);
            from = Math.max(0, to - perDay + 1);
            for (int near = from; near <= to; near++) {
                for (int stratum = 0; stratum < Strata.COUNT; stratum++) {
                    seen += observed[near][stratum];
                    expected += possible[near][stratum] * rates[near][stratum];
                }
            }
            waves[bucket] = Math.max(1, seen / expected);
        }
        return waves;
    }

    /**
     * The background's intensity for an incident: reported incidents per day that its buyer had to expect anyway.
     *
     * @param shares background share of each incident
     */
    double rate(Incident incident, double[] shares) {
        double earlier = 0;
        for (Incident past = incident.before; past != null && remembers(incident, past); past = past.before) {
            earlier += shares[past.index];
        }
        int bucket = bucketOf(incident.at);
        return rates[bucket][incident.stratum] * waves[bucket] * frailty(incident, earlier);
    }

    private int bucketOf(long time) {
        int bucket = (int) (Math.floorDiv(time, epoch) - firstBucket);
        return Math.min(Math.max(bucket, 0), rates.length - 1);
    }

    /**
     * The buyer's own factor: {@code (a + earlier background incidents) / (a + expected)}, over as many days as the
     * ring has. How the buyer shopped is known of one window, and taken to hold for the time before.
     *
     * @param earlier the sum of the background shares of the buyer's earlier incidents in that time
     */
    private double frailty(Incident incident, double earlier) {
        double expected = 0;
        for (int stratum = 0; stratum < Strata.COUNT; stratum++) {
            expected += average[stratum] * incident.first.hoursAtRisk().get(stratum) / 24;
        }
        return (frailtyShape + earlier) / (frailtyShape + expected * windowsRemembered);
    }

    /** Whether the earlier incident still counts when the later one happens. */
    private boolean remembers(Incident incident, Incident earlier) {
        return incident.at - earlier.at <= memory;
    }

    /** Rate over all strata at the latest epoch, weighted by buyers at risk. */
    double latestRate(AtRisk atRisk) {
        int last = rates.length - 1;
        double incidents = 0;
        double days = 0;
        for (int stratum = 0; stratum < Strata.COUNT; stratum++) {
            incidents += rates[last][stratum] * atRisk.buyerDays[last][stratum];
            days += atRisk.buyerDays[last][stratum];
        }
        return days > 0 ? incidents / days : 0;
    }

    double latestWave() {
        return waves[waves.length - 1];
    }
}
