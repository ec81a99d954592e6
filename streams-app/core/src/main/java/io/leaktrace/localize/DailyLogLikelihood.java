package io.leaktrace.localize;

/**
 * Computes the daily log-likelihoods I_k(d) of a custodian's leak levels, which are the input of its {@link LeakChain}.
 * For a level θ_k and a day d of touch,
 *
 * <pre>
 * I_k(d) = Σ ln(1 + θ_k s) − θ_k E(d)
 * </pre>
 *
 * The sum is over the incidents whose most likely touch was on d; s is the intensity at a leak level of 1 divided by
 * the intensity of all other causes, and E(d) is the exposure. This is the log-likelihood ratio of a Poisson process
 * that leaks at θ_k to one that does not leak. Different custodians may be weighed by different threads.
 */
final class DailyLogLikelihood {

    private final EpochData data;
    private final Candidates candidates;
    private final LeakChain chain;
    private final Intensities intensities;
    private final int days;
    private final double[] levels;

    /** Cache of days without an incident, by account and day of the sliding window. */
    private final LeakChain.Day[][] quietDays;

    DailyLogLikelihood(EpochData data, LeakChain chain, Intensities intensities) {
        this.data = data;
        this.candidates = data.candidates();
        this.chain = chain;
        this.intensities = intensities;
        this.days = data.days().slidingDays();
        this.levels = chain.levels();
        this.quietDays = new LeakChain.Day[data.accounts().size()][];
    }

    /**
     * Returns the likelihood of each day of the sliding window, from all incidents that the custodian could explain.
     *
     * @param alone whether to assume that no other custodian leaks
     */
    LeakChain.Day[] of(Account account, LeakEstimate estimate, boolean alone) {
        Products products = new Products(estimate, alone);
        for (int c = account.explanationsFrom(); c < account.explanationsTo(); c++) {
            products.add(c);
        }
        return products.likelihoods(account);
    }

    /**
     * Returns the likelihood of each day of the sliding window, from some incidents only.
     *
     * @param explanations numbers of the custodian's candidates to count; a number may occur several times
     * @param alone whether to assume that no other custodian leaks
     */
    LeakChain.Day[] of(Account account, LeakEstimate estimate, int[] explanations, boolean alone) {
        Products products = new Products(estimate, alone);
        for (int c : explanations) {
            products.add(c);
        }
        return products.likelihoods(account);
    }

    /** The products of one custodian, by day of the sliding window. */
    private final class Products {
        private final LeakEstimate estimate;
        private final boolean alone;
        private final DailyProducts products = new DailyProducts(days, levels);
        private final boolean[] hasIncidents = new boolean[days];

        Products(LeakEstimate estimate, boolean alone) {
            this.estimate = estimate;
            this.alone = alone;
        }

        void add(int c) {
            int day = (int)
                    (estimate.levels().likeliestDay(candidates, c) - data.days().slidingFrom());
            if (day < 0 || intensities.perLevel(c) == 0) {
                return;
            }
            if (!hasIncidents[day]) {
                hasIncidents[day] = true;
                products.clear(day);
            }
            products.multiply(day, overOthers(estimate, c, alone));
        }

        LeakChain.Day[] likelihoods(Account account) {
            int firstTouchDay = (int) (data.days().slidingFrom() - data.days().touchesFrom());
            LeakChain.Day[] likelihoods = new LeakChain.Day[days];
            for (int day = 0; day < days; day++) {
                double exposure = account.exposure()[firstTouchDay + day];
                likelihoods[day] = hasIncidents[day]
                        ? chain.day(products.logLikelihoods(day, exposure))
                        : quietDay(account, day, exposure);
            }
            return likelihoods;
        }
    }

    /** Returns s: a candidate's intensity at a leak level of 1 divided by that of all other causes of its incident. */
    double overOthers(LeakEstimate estimate, int candidate, boolean alone) {
        int incident = candidates.incident[candidate];
        if (data.columns().decoy[incident]) {
            // How often a custodian's buyers are called otherwise does not matter to a decoy.
            return intensities.perLevel(candidate) / intensities.others(candidate, 1, alone);
        }
        NegativeControl.Factor control = estimate.control();
        double factor = control.wave() == null
                ? control.lasting()
                : control.on(data.columns().day[incident] - data.days().touchesFrom());
        return intensities.perLevel(candidate) / intensities.others(candidate, factor, alone);
    }

    private LeakChain.Day quietDay(Account account, int day, double exposure) {
        // The days of a custodian without explanations are needed only once.
        if (!account.explainsAnything()) {
            return chain.dayWithoutIncident(exposure);
        }
        LeakChain.Day[] cached = quietDays[account.index()];
        if (cached == null) {
            cached = new LeakChain.Day[days];
            quietDays[account.index()] = cached;
        }
        if (cached[day] == null) {
            cached[day] = chain.dayWithoutIncident(exposure);
        }
        return cached[day];
    }
}
