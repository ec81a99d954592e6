package io.leaktrace.localize;

import java.util.Arrays;

/**
 * The daily log-likelihoods I_k(d) of one custodian's leak levels, on which its {@link LeakChain} runs: for a level θ_k
 * and a day d of touch,
 *
 * <pre>
 * I_k(d) = Σ ln(1 + θ_k s) − θ_k E(d)
 * </pre>
 *
 * with E(d) the exposure, and s the intensity at a leak level of 1 over that of all other causes, summed over the
 * incidents whose likeliest touch was on d: the log-likelihood ratio of a Poisson process that leaks at θ_k to one that
 * does not. It works with buffers, and so is not safe for use by several threads.
 */
final class DailyLogLikelihood {

    /** Products are turned into logarithms before they overflow. */
    private static final double LARGE = 1e200;

    private final EpochData data;
    private final Candidates candidates;
    private final LeakChain chain;
    private final Intensities intensities;
    private final double[] level;
    private final int days;

    // By day of the sliding window and level: used again from one custodian to the next.
    private final double[] products;
    private final double[] logs;

    /** By account and day of the sliding window: days without an incident, where they may be needed more than once. */
    private final LeakChain.Day[][] quietDays;

    DailyLogLikelihood(EpochData data, LeakChain chain, Intensities intensities) {
        this.data = data;
        this.candidates = data.candidates();
        this.chain = chain;
        this.intensities = intensities;
        this.level = chain.levels();
        this.days = data.days().slidingDays();
        this.products = new double[days * level.length];
        this.logs = new double[products.length];
        this.quietDays = new LeakChain.Day[data.accounts().size()][];
    }

    /**
     * The likelihood of each day of the sliding window, with all incidents that the custodian could explain.
     *
     * @param alone as if no other custodian were to blame for anything
     */
    LeakChain.Day[] of(Account account, LeakEstimate estimate, boolean alone) {
        return of(account, estimate, account.explanations(), alone);
    }

    /**
     * The same with some incidents only.
     *
     * @param explanations the candidates of the custodian that are to count, by number; one may count several times
     */
    LeakChain.Day[] of(Account account, LeakEstimate estimate, int[] explanations, boolean alone) {
        int levels = level.length;
        long slidingFrom = data.days().slidingFrom();
        boolean[] hasIncidents = new boolean[days];
        for (int c : explanations) {
            int day = (int) (estimate.levels().likeliestDay(candidates, c) - slidingFrom);
            if (day < 0 || intensities.perLevel(c) == 0) {
                continue;
            }
            if (!hasIncidents[day]) {
                hasIncidents[day] = true;
                Arrays.fill(products, day * levels, (day + 1) * levels, 1);
                Arrays.fill(logs, day * levels, (day + 1) * levels, 0);
            }
            multiply(day * levels, overOthers(estimate, c, alone));
        }
        int firstTouchDay = (int) (slidingFrom - data.days().touchesFrom());
        LeakChain.Day[] likelihoods = new LeakChain.Day[days];
        double[] increments = new double[levels];
        for (int day = 0; day < days; day++) {
            double exposure = account.exposure()[firstTouchDay + day];
            if (!hasIncidents[day]) {
                likelihoods[day] = quietDay(account, day, exposure);
                continue;
            }
            for (int k = 0; k < levels; k++) {
                int at = day * levels + k;
                increments[k] = logs[at] + StrictMath.log(products[at]) - level[k] * exposure;
            }
            likelihoods[day] = chain.day(increments);
        }
        return likelihoods;
    }

    /** s: a candidate's intensity at a leak level of 1 over that of all other causes of its incident. */
    double overOthers(LeakEstimate estimate, int candidate, boolean alone) {
        NegativeControl.Factor control = estimate.control();
        double factor = control.wave() == null
                ? control.lasting()
                : control.on(data.incidentOf(candidate).day - data.days().touchesFrom());
        return intensities.perLevel(candidate) / intensities.others(candidate, factor, alone);
    }

    /** Multiplies a day's products by 1 + θ_k s. */
    private void multiply(int from, double s) {
        int levels = level.length;
        for (int k = 0; k < levels; k++) {
            products[from + k] *= 1 + level[k] * s;
        }
        // The largest level has the largest product.
        if (products[from + levels - 1] > LARGE) {
            for (int at = from; at < from + levels; at++) {
                logs[at] += StrictMath.log(products[at]);
                products[at] = 1;
            }
        }
    }

    private LeakChain.Day quietDay(Account account, int day, double exposure) {
        // A custodian that explains nothing is weighed once.
        if (!account.explainsAnything()) {
            return chain.dayWithoutIncident(exposure);
        }
        LeakChain.Day[] known = quietDays[account.index()];
        if (known == null) {
            known = new LeakChain.Day[days];
            quietDays[account.index()] = known;
        }
        if (known[day] == null) {
            known[day] = chain.dayWithoutIncident(exposure);
        }
        return known[day];
    }
}
