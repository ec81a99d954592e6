package io.leaktrace.localize;

import io.leaktrace.domain.EventTime;
import io.leaktrace.domain.Strata;
import java.util.Arrays;
import java.util.List;
import java.util.SortedMap;
import java.util.stream.IntStream;

/**
 * The background: the rate of reported incidents without any leak, per buyer and day, by stratum of recent orders and
 * by epoch.
 *
 * <p>A rate is the sum of the incidents' background shares divided by the buyer-days at risk, weighted by the share of
 * incidents that are reported by now; both are smoothed by an exponential kernel. It is multiplied by a short-term
 * factor, at least 1, for waves such as at a festival, and by a gamma frailty of the buyer, for buyers who are often
 * called.
 *
 * <p>Decoys have rates of their own, which are learned in the same way, as one stratum; they are not in those of the
 * others.
 */
final class Background {

    /** Weight of the rate over all strata as the prior of each stratum, in incidents. */
    private static final double STRATUM_PRIOR = 5;

    /** Weight of the prior rate of calls to decoys, in incidents: published rates differ by a factor of about 3. */
    private static final double DECOY_PRIOR = 2;

    private static final double DAYS_OF_MONTH = 30;

    private final long firstBucket;
    private final Rates rates;
    private final Rates ofDecoys;
    private final double frailtyShape;
    private final long frailtySpan;
    private final double windowsInFrailtySpan;

    private Background(long firstBucket, Rates rates, Rates ofDecoys, ModelSettings settings) {
        this.firstBucket = firstBucket;
        this.rates = rates;
        this.ofDecoys = ofDecoys;
        this.frailtyShape = settings.frailtyShape();
        this.frailtySpan = settings.slidingDays() * EventTime.DAY;
        this.windowsInFrailtySpan = frailtySpan / (double) settings.window();
    }

    /**
     * Buyer-days at risk.
     *
     * @param firstBucket number of the first bucket; a bucket is an epoch
     * @param buyerDays by bucket and stratum
     * @param reported expected share of a bucket's incidents that are reported by now, by bucket, in [0, 1]
     */
    record AtRisk(long firstBucket, double[][] buyerDays, double[] reported) {

        static AtRisk of(Ledger ledger, long firstBucket, long now, ReportingDelay delay, ModelSettings settings) {
            long epoch = settings.epoch();
            List<SortedMap<Long, Integer>> strata =
                    IntStream.range(0, Strata.COUNT).mapToObj(ledger::atRisk).toList();
            double[][] buyerDays = buyerDays(strata, firstBucket, now, epoch);
            int hoursOfBucket = (int) (epoch / EventTime.HOUR);
            double[] reported = new double[buyerDays.length];
            for (int bucket = 0; bucket < reported.length; bucket++) {
                long age = EventTime.hourOf(now - (firstBucket + bucket) * epoch) - hoursOfBucket / 2;
                reported[bucket] = delay.within((int) Math.max(1, age));
            }
            return new AtRisk(firstBucket, buyerDays, reported);
        }

        /** Returns the decoys at risk, as one stratum; their contacts are taken to be reported at once. */
        static AtRisk ofDecoys(Ledger ledger, long firstBucket, long now, ModelSettings settings) {
            double[][] buyerDays = buyerDays(List.of(ledger.decoysAtRisk()), firstBucket, now, settings.epoch());
            double[] reported = new double[buyerDays.length];
            Arrays.fill(reported, 1);
            return new AtRisk(firstBucket, buyerDays, reported);
        }

        private static double[][] buyerDays(
                List<SortedMap<Long, Integer>> strata, long firstBucket, long now, long epoch) {
            int buckets = (int) (Math.floorDiv(now, epoch) - firstBucket);
            double[][] buyerDays = new double[buckets][strata.size()];
            long from = firstBucket * epoch / EventTime.HOUR;
            int hoursOfBucket = (int) (epoch / EventTime.HOUR);
            for (int stratum = 0; stratum < strata.size(); stratum++) {
                SortedMap<Long, Integer> changes = strata.get(stratum);
                long level = 0;
                for (int value : changes.headMap(from).values()) {
                    level += value;
                }
                int[] changeOfHour = new int[buckets * hoursOfBucket];
                changes.subMap(from, from + changeOfHour.length)
                        .forEach((hour, change) -> changeOfHour[(int) (hour - from)] = change);
                for (int bucket = 0; bucket < buckets; bucket++) {
                    long buyerHours = 0;
                    for (int i = 0; i < hoursOfBucket; i++) {
                        level += changeOfHour[bucket * hoursOfBucket + i];
                        buyerHours += level;
                    }
                    buyerDays[bucket][stratum] = buyerHours / 24.0;
                }
            }
            return buyerDays;
        }
    }

    /**
     * Returns the background, estimated from incidents.
     *
     * @param shares background share of each incident, in [0, 1]
     */
    static Background learn(
            IncidentColumns incidents, double[] shares, AtRisk atRisk, AtRisk decoysAtRisk, ModelSettings settings) {
        int buckets = atRisk.buyerDays.length;
        double[][] observed = new double[buckets][Strata.COUNT];
        double[][] observedOfDecoys = new double[buckets][1];
        for (int i = 0; i < shares.length; i++) {
            int bucket = (int) (incidents.bucket[i] - atRisk.firstBucket);
            if (incidents.atRisk[i] && bucket >= 0 && bucket < buckets) {
                if (incidents.decoy[i]) {
                    observedOfDecoys[bucket][0] += shares[i];
                } else {
                    observed[bucket][incidents.stratum[i]] += shares[i];
                }
            }
        }
        double[][] atRiskDays = new double[buckets][Strata.COUNT];
        if (!settings.has(ModelComponent.STRATA)) {
            averageStrata(observed);
        }
        double allObserved = 0;
        double allAtRiskDays = 0;
        for (int bucket = 0; bucket < buckets; bucket++) {
            for (int stratum = 0; stratum < Strata.COUNT; stratum++) {
                atRiskDays[bucket][stratum] = atRisk.buyerDays[bucket][stratum] * atRisk.reported[bucket];
                allObserved += observed[bucket][stratum];
                allAtRiskDays += atRiskDays[bucket][stratum];
            }
        }
        if (!settings.has(ModelComponent.STRATA)) {
            averageStrata(atRiskDays);
        }
        Rates rates = Rates.of(observed, atRiskDays, overall(allObserved, allAtRiskDays), settings);
        double[][] decoyDays = decoysAtRisk.buyerDays;
        double overall = ofDecoys(sum(observedOfDecoys), sum(decoyDays), settings);
        return new Background(
                atRisk.firstBucket, rates, Rates.of(observedOfDecoys, decoyDays, overall, settings), settings);
    }

    /**
     * Rates in incidents per buyer-day.
     *
     * @param byBucket by bucket and stratum, smoothed over time
     * @param average by stratum
     * @param waves short-term factor by bucket, at least 1
     */
    private record Rates(double[][] byBucket, double[] average, double[] waves) {

        /** Returns the rates of some strata, each shrunk to the rate {@code overall}. */
        static Rates of(double[][] observed, double[][] atRiskDays, double overall, ModelSettings settings) {
            double keep = StrictMath.pow(0.5, settings.epoch() / (settings.backgroundHalfLife() * EventTime.DAY));
            int buckets = observed.length;
            int strata = buckets == 0 ? 0 : observed[0].length;
            double[][] rates = new double[buckets][strata];
            double[] average = new double[strata];
            for (int stratum = 0; stratum < strata; stratum++) {
                double[] seen = smoothed(observed, stratum, keep);
                double[] days = smoothed(atRiskDays, stratum, keep);
                double sumSeen = 0;
                double sumDays = 0;
                for (int bucket = 0; bucket < buckets; bucket++) {
                    rates[bucket][stratum] = shrunk(seen[bucket], days[bucket], overall);
                    sumSeen += observed[bucket][stratum];
                    sumDays += atRiskDays[bucket][stratum];
                }
                average[stratum] = shrunk(sumSeen, sumDays, overall);
            }
            return new Rates(rates, average, Background.waves(observed, atRiskDays, rates, settings));
        }
    }

    /**
     * Returns the rate of calls to decoys: the posterior mean of a Poisson rate with a gamma prior.
     *
     * @param days number of days in which a decoy was at risk
     */
    static double ofDecoys(double incidents, double days, ModelSettings settings) {
        double prior = settings.decoyBackground() / DAYS_OF_MONTH;
        return (DECOY_PRIOR + incidents) / (DECOY_PRIOR / prior + days);
    }

    private static double sum(double[][] byBucket) {
        double sum = 0;
        for (double[] strata : byBucket) {
            sum += strata[0];
        }
        return sum;
    }

    /** Returns the rate over all strata. Half an incident keeps it above 0 if none has been observed. */
    private static double overall(double incidents, double buyerDays) {
        return (incidents + 0.5) / (buyerDays + 1);
    }

    /** Returns the rate of a stratum, shrunk to the rate over all strata. */
    private static double shrunk(double incidents, double buyerDays, double overall) {
        return (incidents + STRATUM_PRIOR) / (buyerDays + STRATUM_PRIOR / overall);
    }

    /** Returns the rate of each stratum without smoothing over time, in incidents per buyer-day. */
    static double[] averageRates(double[] incidents, double[] buyerDays) {
        double overall =
                overall(Arrays.stream(incidents).sum(), Arrays.stream(buyerDays).sum());
        double[] rates = new double[Strata.COUNT];
        Arrays.setAll(rates, stratum -> shrunk(incidents[stratum], buyerDays[stratum], overall));
        return rates;
    }

    /** Replaces the values of all strata by their mean, for each bucket. */
    private static void averageStrata(double[][] values) {
        for (double[] strata : values) {
            double sum = 0;
            for (double value : strata) {
                sum += value;
            }
            Arrays.fill(strata, sum / strata.length);
        }
    }

    /** Returns the sums of two-sided exponential smoothing, with the factor {@code keep} per bucket of distance. */
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

    /**
     * Returns the short-term factor of each bucket, over a day around it, so that the hour of the day has no effect.
     */
    private static double[] waves(
            double[][] observed, double[][] atRiskDays, double[][] rates, ModelSettings settings) {
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
                for (int stratum = 0; stratum < observed[near].length; stratum++) {
                    seen += observed[near][stratum];
                    expected += atRiskDays[near][stratum] * rates[near][stratum];
                }
            }
            waves[bucket] = Math.max(1, seen / expected);
        }
        return waves;
    }

    /**
     * Returns B of an incident: the background intensity of its buyer, in reported incidents per day.
     *
     * @param i the incident's index
     * @param shares background share of each incident, in [0, 1]
     */
    double rate(IncidentColumns incidents, int i, double[] shares) {
        double earlier = 0;
        for (int past = incidents.before[i];
                // An earlier incident has to be recent enough to count for the frailty.
                past >= 0 && incidents.at[i] - incidents.at[past] <= frailtySpan;
                past = incidents.before[past]) {
            earlier += shares[past];
        }
        boolean decoy = incidents.decoy[i];
        Rates ofBuyer = decoy ? ofDecoys : rates;
        int bucket = (int) (incidents.bucket[i] - firstBucket);
        bucket = Math.min(Math.max(bucket, 0), rates.byBucket.length - 1);
        double rate = ofBuyer.byBucket[bucket][decoy ? 0 : incidents.stratum[i]];
        return rate * ofBuyer.waves[bucket] * frailty(incidents, i, earlier);
    }

    /**
     * Returns φ of an incident's buyer: {@code (a + earlier background incidents) / (a + expected)}, over as many days
     * as the sliding window has. The buyer's time in each stratum is known for one join window and extrapolated.
     *
     * @param earlier sum of the background shares of the buyer's earlier incidents in that time
     */
    private double frailty(IncidentColumns incidents, int i, double earlier) {
        double expected = 0;
        for (int stratum = 0; stratum < Strata.COUNT; stratum++) {
            double rate = incidents.decoy[i] ? ofDecoys.average[0] : rates.average[stratum];
            expected += rate * incidents.hoursAtRisk[i * Strata.COUNT + stratum] / 24;
        }
        return (frailtyShape + earlier) / (frailtyShape + expected * windowsInFrailtySpan);
    }

    /** Returns the mean rate at the latest epoch, in incidents per buyer-day, weighted by buyers at risk. */
    double latestRate(AtRisk atRisk) {
        int last = rates.byBucket.length - 1;
        double incidents = 0;
        double days = 0;
        for (int stratum = 0; stratum < Strata.COUNT; stratum++) {
            incidents += rates.byBucket[last][stratum] * atRisk.buyerDays[last][stratum];
            days += atRisk.buyerDays[last][stratum];
        }
        return days > 0 ? incidents / days : 0;
    }

    /** Returns the short-term factor at the latest epoch, at least 1. */
    double latestWave() {
        return rates.waves[rates.waves.length - 1];
    }
}
