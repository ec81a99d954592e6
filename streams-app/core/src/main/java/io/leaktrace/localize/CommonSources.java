package io.leaktrace.localize;

import io.leaktrace.domain.Role;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Weighs the hypothesis that many custodians of a role seem to leak because of one source that the orders do not name,
 * such as a software vendor of sellers. All its clients start to leak on one day and at one level.
 *
 * <p>Each custodian of the role is a client with probability c, or not; a custodian that is no client may leak of its
 * own. With L_e(d, k) the log-likelihood ratio of a leak of custodian e from day d on at level k, R_e its
 * Shiryaev–Roberts sum and π the probability per day of a start, the odds of a common source are
 *
 * <pre>
 * prior · mean over d, k and c of Π_e (1 − c + c ρ_e),   ρ_e = exp L_e(d, k) / (1 + π R_e)
 * </pre>
 *
 * a mixture of clients and others, as in tests for sparse mixtures (Ingster, 1997). An onset before the sliding window
 * is known only roughly, so a new source must have started in the window; a known one is carried on by its onset.
 */
final class CommonSources {

    /** Possible shares of the custodians of a role that are clients, all equally likely. */
    private static final double[] CLIENTS = {0.01, 0.05};

    /** Prior odds that there is a common source in the sliding window. */
    private static final double PRIOR_ODDS = 1e-3;

    /**
     * A new source has at least this number of custodians that are more likely its clients than not. Fewer leaks may
     * start together by chance. Those that hardly have an incident, of which each may be a client, do not count.
     */
    private static final int LEAST_CLIENTS = 8;

    /** Onsets within this number of days are compatible, because they are estimated from few incidents. */
    private static final int SAME_ONSET = 7;

    /** Number of factors that are multiplied before a logarithm is taken; their product stays finite. */
    private static final int FACTORS = 16;

    private final Attribution attribution;
    private final EpochDays days;
    private final LeakChain chain;
    private final AlertPolicy policy;
    private final int levels;
    /**
     * Prior odds of a start of a known source's client within {@link #SAME_ONSET} days of its onset, against a start of
     * its own in these days.
     */
    private final double startsTogether;

    private CommonSources(Attribution attribution, LeakChain chain, AlertPolicy policy) {
        this.attribution = attribution;
        this.days = attribution.data().days();
        this.chain = chain;
        this.policy = policy;
        this.levels = chain.levels().length;
        double ownStart = attribution.data().settings().startRate() * (2 * SAME_ONSET + 1);
        this.startsTogether = Math.max(1, CLIENTS[0] / ownStart);
    }

    /**
     * The clients of common sources.
     *
     * @param clients by account, the number of clients of its source, itself included; 0 for a custodian that is no client
     * @param onsets by role, the day on which the source of its clients started to leak
     */
    record Clients(int[] clients, SortedMap<Role, Long> onsets) {}

    /** Returns the clients of common sources at this epoch, given the onsets of the sources at the previous epoch. */
    static Clients find(Attribution attribution, LeakChain chain, AlertPolicy policy, Map<Role, Long> carried) {
        CommonSources sources = new CommonSources(attribution, chain, policy);
        List<Account> accounts = attribution.data().accounts();
        Clients found = new Clients(new int[accounts.size()], new TreeMap<>());
        if (sources.days.slidingDays() == 0 || !attribution.data().settings().has(ModelComponent.COMMON_SOURCES)) {
            return found;
        }
        for (Role role : Role.values()) {
            List<Account> ofRole = accounts.stream()
                    .filter(account -> account.custodian().role() == role)
                    .filter(account -> !account.isConfirmed() && !account.isDismissed())
                    // What parts have in common is their whole.
                    .filter(account -> !attribution.data().parts().isPart(account.index()))
                    .toList();
            Source source = sources.source(ofRole, carried.get(role));
            if (source != null) {
                found.onsets.put(role, source.onset);
                source.clients.forEach(client -> found.clients[client.index()] = source.clients.size());
            }
        }
        return found;
    }

    private record Source(long onset, List<Account> clients) {}

    /** Returns the common source of custodians of a role, or null. */
    private Source source(List<Account> accounts, Long carried) {
        Long onset = carried;
        boolean anyReached = accounts.stream()
                .anyMatch(account -> policy.reachedBy(attribution.of(account).evidence()));
        if (carried == null && anyReached || carried != null && carried > days.slidingFrom()) {
            Long found = onset(accounts, carried != null);
            onset = found == null ? carried : found;
        }
        if (onset == null) {
            return null;
        }
        long known = onset;
        List<Account> clients =
                accounts.stream().filter(account -> isClient(account, known)).toList();
        return clients.isEmpty() ? null : new Source(onset, clients);
    }

    /** Whether a custodian may have started to leak on a day, within the precision of the estimate. */
    private boolean isClient(Account account, long onset) {
        LeakEstimate estimate = attribution.of(account);
        if (estimate.smoothed() == null) {
            return false;
        }
        Long known = account.before().onset();
        if (known != null && known < onset - SAME_ONSET) {
            return false;
        }
        double ever = chain.everLeaked(estimate.state());
        double beforeWindow = ever;
        double together = 0;
        for (int day = 0; day < days.slidingDays(); day++) {
            double starting = estimate.smoothed().starting()[day];
            beforeWindow -= starting;
            together += Math.abs(days.slidingFrom() + day - onset) <= SAME_ONSET ? starting : 0;
        }
        if (onset - SAME_ONSET < days.slidingFrom()) {
            together += Math.max(0, beforeWindow);
        }
        return together * startsTogether >= (ever - together) / AlertPolicy.MARGIN;
    }

    /**
     * Returns the most likely first day of a source that started in the sliding window, or null if there is none.
     *
     * @param isKnown whether there was a source at the previous epoch; then the prior odds are 1
     */
    private Long onset(List<Account> accounts, boolean isKnown) {
        double startRate = startRate(accounts);
        DailyLogLikelihood likelihood = new DailyLogLikelihood(attribution.data(), chain, attribution.intensities());
        double[][] ratios = accounts.stream()
                .map(account -> ratios(account, likelihood, startRate))
                .toArray(double[][]::new);
        double[][] logOdds = new double[CLIENTS.length][];
        for (int c = 0; c < CLIENTS.length; c++) {
            logOdds[c] = logOdds(ratios, CLIENTS[c]);
        }
        // The first day also stands for all earlier onsets, so it is no evidence of a common onset.
        int share = 0;
        int cell = levels;
        for (int c = 0; c < CLIENTS.length; c++) {
            for (int i = levels; i < logOdds[c].length; i++) {
                if (i == levels && c == 0 || logOdds[c][i] > logOdds[share][cell]) {
                    share = c;
                    cell = i;
                }
            }
        }
        if (cell >= logOdds[share].length) {
            return null;
        }
        double sum = 0;
        for (double[] ofShare : logOdds) {
            for (int i = levels; i < ofShare.length; i++) {
                sum += StrictMath.exp(ofShare[i] - logOdds[share][cell]);
            }
        }
        int hypotheses = (logOdds[share].length - levels) * CLIENTS.length;
        double odds = logOdds[share][cell] + StrictMath.log(sum / hypotheses * (isKnown ? 1 : PRIOR_ODDS));
        int likely = 0;
        for (int a = 0; a < ratios.length; a++) {
            if (accounts.get(a).explainsAnything()) {
                likely += CLIENTS[share] * ratios[a][cell] > 1 - CLIENTS[share] ? 1 : 0;
            }
        }
        return odds > 0 && likely >= LEAST_CLIENTS ? Long.valueOf(days.slidingFrom() + cell / levels) : null;
    }

    /** Returns ln Π (1 − c + c ρ) over the custodians, by onset and level. */
    private double[] logOdds(double[][] ratios, double share) {
        double[] logOdds = new double[days.slidingDays() * levels];
        double[] product = new double[logOdds.length];
        Arrays.fill(product, 1);
        for (int a = 0; a < ratios.length; a++) {
            for (int i = 0; i < product.length; i++) {
                product[i] *= 1 - share + share * ratios[a][i];
            }
            if (a % FACTORS == FACTORS - 1 || a == ratios.length - 1) {
                for (int i = 0; i < product.length; i++) {
                    logOdds[i] += StrictMath.log(product[i]);
                    product[i] = 1;
                }
            }
        }
        return logOdds;
    }

    /**
     * Returns π: where many custodians leak of their own, more of them start together by chance, so it is at least the
     * rate at which the custodians seem to have started in the sliding window.
     */
    private double startRate(List<Account> accounts) {
        double leaking = 0;
        for (Account account : accounts) {
            leaking += chain.everLeaked(attribution.of(account).state());
        }
        double prior = attribution.data().settings().startRate();
        return Math.max(prior, leaking / (accounts.size() * (double) days.slidingDays()));
    }

    /** Returns ρ of a custodian by onset and level. */
    private double[] ratios(Account account, DailyLogLikelihood likelihood, double startRate) {
        LeakEstimate estimate = attribution.of(account);
        LeakChain.Day[] likelihoods = likelihood.of(account, estimate, false);
        double ownLeak = StrictMath.log1p(startRate * StrictMath.exp(Math.min(700, estimate.statistic())));
        double[] ratios = new double[likelihoods.length * levels];
        double[] product = new double[levels];
        Arrays.fill(product, 1);
        double top = -ownLeak;
        for (int day = likelihoods.length - 1; day >= 0; day--) {
            top += likelihoods[day].top();
            double scale = StrictMath.exp(top);
            for (int k = 0; k < levels; k++) {
                product[k] *= likelihoods[day].likelihood()[k];
                ratios[day * levels + k] = product[k] * scale;
            }
        }
        return ratios;
    }
}
