package io.leaktrace.localize;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;

/**
 * Attributes an epoch's incidents to their causes. It estimates the background and the custodians' leak levels in turn,
 * each given the other. It estimates custodians in descending order of evidence, so that incidents attributed to one
 * custodian are no evidence against the next (explaining away).
 */
final class Attributor {

    /** Number of times that the background and the leak levels are estimated from each other. */
    private static final int PASSES = 2;

    /** Prior of θ_M, the reported contacts per order caused by shopping in general, and its weight in incidents. */
    private static final double SHOPPING_PRIOR = 1e-4;

    private static final double SHOPPING_PRIOR_WEIGHT = 1;

    /**
     * A custodian whose probability to leak or have leaked, weighed alone, is below the blame floor by more than this
     * factor is not weighed given the others in the first pass.
     */
    private static final double SCREENING_FACTOR = 10;

    /** Number of custodians that are weighed before incidents are attributed to the first of them. */
    private static final int FIRST_AHEAD = 128;

    /** The same for the weaker ones, to which incidents are hardly ever attributed. */
    private static final int OTHERS_AHEAD = 1024;

    private final EpochData data;
    private final ModelSettings settings;
    private final EpochDays days;
    private final Candidates candidates;
    private final LeakChain chain;
    private final NegativeControl control;

    /** By incident: its background share, in [0, 1]; 1 at the start. */
    private final double[] shares;

    // By incident: intensities per day.
    private final double[] backgroundRate;
    private final double[] shoppingRate;
    private final double[] total;

    /** By candidate: likelihood ratio of the disclosed fields. */
    private final double[] knowledge;

    /** By candidate: intensity per day. */
    private final double[] blame;

    private final Intensities intensities;
    private final DailyLogLikelihood likelihood;

    private Background background;

    /** By account. */
    private final LeakEstimate[] estimates;

    /** Accounts with explanations in descending order of their statistic alone; empty until all are weighed alone. */
    private List<Account> ranked = List.of();

    private Attributor(EpochData data, LeakChain chain) {
        this.data = data;
        this.settings = data.settings();
        this.days = data.days();
        this.candidates = data.candidates();
        this.chain = chain;
        this.control = new NegativeControl(data);
        int incidents = data.incidents().size();
        this.shares = new double[incidents];
        Arrays.fill(shares, 1);
        this.backgroundRate = new double[incidents];
        this.shoppingRate = new double[incidents];
        this.total = new double[incidents];
        this.blame = new double[candidates.size()];
        this.knowledge = new double[candidates.size()];
        learnBackground();
        DisclosureLikelihood.ratios(data, backgroundRate, shares, knowledge);
        this.intensities = new Intensities(candidates, backgroundRate, shoppingRate, total, knowledge, blame);
        this.likelihood = new DailyLogLikelihood(data, chain, intensities);
        this.estimates = data.accounts().stream()
                .map(account -> LeakEstimate.initial(account.carriedLevels()))
                .toArray(LeakEstimate[]::new);
    }

    /** Returns the attribution of an epoch's incidents. */
    static Attribution attribute(EpochData data, LeakChain chain) {
        return new Attributor(data, chain).attribute();
    }

    private Attribution attribute() {
        setIntensities(SHOPPING_PRIOR);
        for (int pass = 0; pass < PASSES; pass++) {
            double shoppingLevel = shoppingLevel();
            for (int i = 0; i < shares.length; i++) {
                shares[i] = total[i] > 0 ? backgroundRate[i] / total[i] : 1;
            }
            learnBackground();
            if (pass > 0) {
                // The background callers, without the incidents that are attributed to custodians.
                DisclosureLikelihood.ratios(data, backgroundRate, shares, knowledge);
            }
            setIntensities(shoppingLevel);
            setControls();
            if (pass == 0) {
                weighAlone();
            }
            weighGivenOthers(pass == 0);
        }
        return new Attribution(data, background, intensities, List.of(estimates));
    }

    private void learnBackground() {
        background = Background.learn(data.columns(), shares, data.atRisk(), data.decoysAtRisk(), settings);
        data.workers().overIncidents(shares.length, (from, to) -> {
            for (int i = from; i < to; i++) {
                backgroundRate[i] = background.rate(data.columns(), i, shares);
            }
        });
    }

    /** Returns θ_M: reported contacts per order caused by shopping in general, by any custodian. */
    private double shoppingLevel() {
        double incidents = 0;
        for (int i = data.columns().firstFrom(days.horizonFrom()); i < total.length; i++) {
            if (total[i] > 0) {
                incidents += shoppingRate[i] / total[i];
            }
        }
        return (SHOPPING_PRIOR_WEIGHT + incidents) / (SHOPPING_PRIOR_WEIGHT / SHOPPING_PRIOR + data.shoppingExposure());
    }

    private void setIntensities(double shoppingLevel) {
        for (int i = 0; i < total.length; i++) {
            shoppingRate[i] = shoppingLevel * candidates.shoppingWeight[i];
            total[i] = backgroundRate[i] + shoppingRate[i];
        }
        Arrays.fill(blame, 0);
        for (Account account : data.accounts()) {
            LeakLevels levels = estimates[account.index()].levels();
            if (levels.any()) {
                for (int c = account.candidatesFrom(); c < account.explanationsTo(); c++) {
                    blame[c] = intensity(levels, c);
                    total[candidates.incident[c]] += blame[c];
                }
            }
        }
    }

    /** Returns λ = Σ θ(d) f q g of a candidate. */
    private double intensity(LeakLevels levels, int candidate) {
        return levels.any() ? levels.intensity(candidates, candidate) * intensities.knowledge(candidate) : 0;
    }

    private void setControls() {
        double[] lasting = control.factors(shares);
        for (int index = 0; index < lasting.length; index++) {
            double[] wave = estimates[index].control().wave();
            estimates[index] = estimates[index].withControl(new NegativeControl.Factor(lasting[index], wave));
        }
    }

    /** Weighs each custodian under the assumption that no other leaked in the sliding window. */
    private void weighAlone() {
        data.workers().overCustodians(estimates.length, (from, to) -> {
            data.accounts().subList(from, to).forEach(this::weigh);
        });
        setWaves();
        ranked = new ArrayList<>();
        for (Account account : data.accounts()) {
            estimates[account.index()] = estimates[account.index()].keptAlone();
            if (account.explainsAnything()) {
                ranked.add(account);
            }
        }
        double[] ranks = data.parts()
                .ranks(Arrays.stream(estimates).mapToDouble(LeakEstimate::alone).toArray());
        ranked.sort(Comparator.comparingDouble((Account account) -> ranks[account.index()])
                .reversed()
                .thenComparing(Account::custodian));
    }

    /** Weighs a custodian again, given a wave of calls on its buyers, if the wave explains nearly as much as a leak. */
    private void setWaves() {
        List<NegativeControl.Wave> waves = control.waves();
        for (int index = 0; index < waves.size(); index++) {
            LeakEstimate estimate = estimates[index];
            NegativeControl.Wave wave = waves.get(index);
            if (wave != null && wave.rivals(estimate.statistic())) {
                double lasting = estimate.control().lasting();
                estimates[index] = estimate.withControl(new NegativeControl.Factor(lasting, wave.factors()));
                weigh(data.accounts().get(index));
            }
        }
    }

    /** Weighs custodians and attributes incidents to them, the strongest first, each given the blame on the others. */
    private void weighGivenOthers(boolean firstPass) {
        List<Account> weighed = ranked.stream()
                .filter(account -> !firstPass || isSuspected(account))
                .toList();
        for (int from = 0, to; from < weighed.size(); from = to) {
            to = Math.min(weighed.size(), from + (from == 0 ? FIRST_AHEAD : OTHERS_AHEAD));
            weighInOrder(weighed.subList(from, to));
        }
    }

    private boolean isSuspected(Account account) {
        LeakEstimate estimate = estimates[account.index()];
        // The evidence given the others is at most the evidence alone.
        return account.isConfirmed()
                || estimate.carriesBlame()
                || chain.everLeaked(estimate.state()) >= settings.blameFloor() / SCREENING_FACTOR;
    }

    /**
     * Weighs custodians one after the other. With several threads, all of them are first weighed at once, as if incidents
     * were attributed to none of them; one is weighed again if an incident of its own was attributed to one before it.
     */
    private void weighInOrder(List<Account> accounts) {
        LeakChain.Day[][] ahead = new LeakChain.Day[accounts.size()][];
        if (data.workers().areSeveral()) {
            data.workers().overCustodians(ahead.length, (from, to) -> {
                for (int place = from; place < to; place++) {
                    ahead[place] = weigh(accounts.get(place));
                }
            });
        }
        boolean[] isChanged = new boolean[ahead.length == 0 ? 0 : total.length];
        boolean anyChanged = false;
        for (int place = 0; place < ahead.length; place++) {
            Account account = accounts.get(place);
            boolean outdated = ahead[place] == null || anyChanged && explainsAny(account, isChanged);
            anyChanged |= blame(account, outdated ? weigh(account) : ahead[place], isChanged);
        }
    }

    private boolean explainsAny(Account account, boolean[] incidents) {
        for (int c = account.explanationsFrom(); c < account.explanationsTo(); c++) {
            if (incidents[candidates.incident[c]]) {
                return true;
            }
        }
        return false;
    }

    /** Runs the leak chain over the sliding window; returns the daily likelihoods that it used. */
    private LeakChain.Day[] weigh(Account account) {
        LeakEstimate estimate = estimates[account.index()];
        LeakChain.Day[] likelihoods = likelihood.of(account, estimate, !settings.has(ModelComponent.EXPLAINING_AWAY));
        LeakChain.State state = account.before().checkpoint();
        LeakChain.State carriedOn = state;
        for (int day = 0; day < likelihoods.length; day++) {
            state = chain.forward(state, likelihoods[day]);
            if (days.slidingFrom() + day < days.nextSlidingFrom()) {
                carriedOn = state;
            }
        }
        double statistic = likelihoods.length == 0 ? 0 : state.statistic();
        estimates[account.index()] = estimate.weighed(state, carriedOn, statistic);
        return likelihoods;
    }

    /**
     * Attributes incidents to a custodian by its expected leak levels, and updates the totals of these incidents.
     *
     * @param isChanged is set for incidents whose total changes
     * @return whether any total changes
     */
    private boolean blame(Account account, LeakChain.Day[] likelihoods, boolean[] isChanged) {
        LeakEstimate estimate = estimates[account.index()];
        boolean blamed = likelihoods.length > 0
                && !account.isDismissed()
                && (account.isConfirmed() || chain.everLeaked(estimate.state()) >= settings.blameFloor());
        LeakChain.Smoothed smoothed = null;
        if (blamed) {
            LeakChain.State[] states = chain.states(account.before().checkpoint(), likelihoods);
            smoothed = chain.backward(states, likelihoods, account.isConfirmed());
        }
        LeakLevels levels = estimate.levels();
        if (account.isDismissed()) {
            // No incident is attributed to a dismissed custodian, not even an earlier one.
            levels = LeakLevels.NONE;
        } else if (blamed || levels.any()) {
            levels = levels.withSlidingWindow(days, blamed ? smoothed.level() : new double[likelihoods.length]);
        }
        estimates[account.index()] = estimate.blamed(levels, smoothed);
        if (!blamed && !estimate.carriesBlame()) {
            return false;
        }
        for (int c = account.explanationsFrom(); c < account.explanationsTo(); c++) {
            double now = intensity(levels, c);
            total[candidates.incident[c]] += now - blame[c];
            blame[c] = now;
            isChanged[candidates.incident[c]] = true;
        }
        return true;
    }
}
