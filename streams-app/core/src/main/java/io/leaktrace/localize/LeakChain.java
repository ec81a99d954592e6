package io.leaktrace.localize;

import java.util.Arrays;

/**
 * The hidden Markov chain of a custodian's leak state by day of touch: it never leaked, leaks at one of a grid of
 * levels, or has stopped.
 *
 * <p>Let I_k(d) be the log-likelihood ratio of day d for level k, w the weight of a start, q the rate of ends and δ the
 * fading of ended leaks. In units of "never leaked":
 *
 * <pre>
 * Z   ← (Z + q Σ A_k)(1 − δ)
 * A_k ← ((1 − q) A_k + w) exp I_k(d)
 * </pre>
 *
 * ln(Σ A_k + Z) is a Shiryaev–Roberts statistic (Shiryaev 1963, Roberts 1966) over the possible starts of a leak,
 * including leaks that have ended. A backward pass gives the state on each day (the forward–backward algorithm, Baum
 * and others 1970). Values are kept relative to a common power of e, so that strong evidence does not overflow.
 */
public final class LeakChain {

    /** Statistics are natural logarithms; divided by this number, they are evidence (log10). */
    static final double LN_10 = StrictMath.log(10);

    private final int levels;
    private final double endRate;
    private final double fade;
    private final double startWeight;
    private final double startRate;
    private final double[] level;

    /** Creates the chain with the leak levels and rates of these settings. */
    public LeakChain(ModelSettings settings) {
        this(settings.lowestLevel(), settings.levels(), settings.endRate(), settings.fade(), settings.startRate());
    }

    /**
     * Returns a chain with other levels.
     *
     * @param lowestLevel each of the other levels is twice the previous one; all are as likely at a start
     * @param endRate probability per day that a leak ends
     * @param fade share of the weight of ended leaks that is lost per day
     * @param startRate prior probability per day of a start
     */
    LeakChain(double lowestLevel, int levels, double endRate, double fade, double startRate) {
        this.levels = levels;
        this.endRate = endRate;
        this.fade = fade;
        this.startWeight = 1.0 / levels;
        this.startRate = startRate;
        this.level = new double[levels];
        for (int k = 0; k < levels; k++) {
            level[k] = lowestLevel * (1L << k);
        }
    }

    /**
     * The forward state of the chain after a day.
     *
     * @param leaking A_k, times e to the −scale
     * @param ended Z, times e to the −scale
     * @param scale natural logarithm of the common factor, at least 0
     */
    public record State(double[] leaking, double ended, double scale) {

        double sumLeaking() {
            double sum = 0;
            for (double a : leaking) {
                sum += a;
            }
            return sum;
        }

        /** Returns ln(Σ A_k + Z). */
        public double statistic() {
            return scale + FdLibm.log(Math.max(sumLeaking() + ended, Double.MIN_NORMAL));
        }

        /** Returns the weight of "never leaked", in the scale of the others. */
        double never() {
            return scale == 0 ? 1 : StrictMath.exp(-scale);
        }
    }

    /** Returns the grid of leak levels θ_k, ascending, in reported contacts per order touched. */
    public double[] levels() {
        return level.clone();
    }

    /** Returns the initial state: the custodian never leaked. */
    public State start() {
        return new State(new double[levels], 0, 0);
    }

    /**
     * The likelihood ratio of a day: each leak level against no leak.
     *
     * @param likelihood exp(I_k − top), by level
     * @param top the largest I_k, but at least 0
     */
    public record Day(double[] likelihood, double top) {}

    /** Returns the likelihood ratio of a day with these log-likelihood ratios I_k. */
    public Day day(double[] increments) {
        double top = 0;
        for (double increment : increments) {
            top = Math.max(top, increment);
        }
        double[] likelihood = new double[levels];
        for (int k = 0; k < levels; k++) {
            likelihood[k] = StrictMath.exp(increments[k] - top);
        }
        return new Day(likelihood, top);
    }

    /**
     * Returns the likelihood ratio of a day without an incident: I_k = −θ_k E. Each level is twice the previous one.
     */
    public Day dayWithoutIncident(double exposure) {
        double[] likelihood = new double[levels];
        double value = StrictMath.exp(-level[0] * exposure);
        for (int k = 0; k < levels; k++) {
            likelihood[k] = value;
            value *= value;
        }
        return new Day(likelihood, 0);
    }

    /** Returns the state one day later. */
    public State forward(State before, Day day) {
        double sum = before.sumLeaking();
        double ended = (before.ended + endRate * sum) * (1 - fade);
        double starting = startWeight * before.never();
        double[] leaking = new double[levels];
        double largest = 0;
        for (int k = 0; k < levels; k++) {
            leaking[k] = ((1 - endRate) * before.leaking[k] + starting) * day.likelihood[k];
            largest = Math.max(largest, leaking[k]);
        }
        if (day.top > 0) {
            ended *= StrictMath.exp(-day.top);
        }
        largest = Math.max(largest, ended);
        double scale = before.scale + day.top;
        if (scale == 0 && largest <= 1) {
            return new State(leaking, ended, 0);
        }
        double rescaled = largest > 0 ? Math.max(0, scale + FdLibm.log(largest)) : 0;
        double factor = StrictMath.exp(scale - rescaled);
        for (int k = 0; k < levels; k++) {
            leaking[k] *= factor;
        }
        return new State(leaking, ended * factor, rescaled);
    }

    /** Returns the state before the first day and after each day; one element more than days. */
    State[] states(State before, Day[] likelihoods) {
        State[] states = new State[likelihoods.length + 1];
        states[0] = before;
        for (int day = 0; day < likelihoods.length; day++) {
            states[day + 1] = forward(states[day], likelihoods[day]);
        }
        return states;
    }

    /** Returns the probability that the custodian leaks on the last day. */
    double leakingNow(State state) {
        double leaking = startRate * state.sumLeaking();
        return leaking / (state.never() + leaking + startRate * state.ended);
    }

    /** Returns the probability that the custodian leaks or has leaked. */
    double everLeaked(State state) {
        double ever = startRate * (state.sumLeaking() + state.ended);
        return ever / (state.never() + ever);
    }

    /**
     * The smoothed state of each day, given all days.
     *
     * @param leaking probability that the custodian leaked on the day
     * @param level expected leak level on the day
     * @param starting probability that the leak started on the day
     */
    record Smoothed(double[] leaking, double[] level, double[] starting) {}

    /**
     * Returns the smoothed state of each day, by the backward pass.
     *
     * @param states the state before the first day and after each day; one element more than days
     * @param likelihoods by day
     * @param certain whether it is certain that the custodian leaks or has leaked, as after a confirmation
     */
    Smoothed backward(State[] states, Day[] likelihoods, boolean certain) {
        int days = likelihoods.length;
        double[] leakingOn = new double[days];
        double[] levelOn = new double[days];
        double[] startingOn = new double[days];
        double never = certain ? 0 : 1;
        double ended = 1;
        double[] message = new double[levels];
        Arrays.fill(message, 1);
        for (int day = days - 1; day >= 0; day--) {
            State state = states[day + 1];
            double total = state.never() * never + startRate * state.ended * ended;
            double leaking = 0;
            double expected = 0;
            for (int k = 0; k < levels; k++) {
                double weight = startRate * state.leaking[k] * message[k];
                leaking += weight;
                expected += weight * level[k];
            }
            total += leaking;
            leakingOn[day] = total > 0 ? leaking / total : 0;
            levelOn[day] = total > 0 ? expected / total : 0;

            // The message to the day before.
            double quiet = StrictMath.exp(-likelihoods[day].top);
            double starting = 0;
            double[] before = new double[levels];
            double largest = 0;
            for (int k = 0; k < levels; k++) {
                double likelihood = likelihoods[day].likelihood[k] * message[k];
                starting += startWeight * likelihood;
                before[k] = (1 - endRate) * likelihood + endRate * (1 - fade) * quiet * ended;
                largest = Math.max(largest, before[k]);
            }
            double neverBefore = quiet * never + startRate * starting;
            double endedBefore = (1 - fade) * quiet * ended;
            largest = Math.max(largest, Math.max(neverBefore, endedBefore));

            State yesterday = states[day];
            double totalBefore = yesterday.never() * neverBefore + startRate * yesterday.ended * endedBefore;
            for (int k = 0; k < levels; k++) {
                totalBefore += startRate * yesterday.leaking[k] * before[k];
            }
            startingOn[day] = totalBefore > 0 ? yesterday.never() * startRate * starting / totalBefore : 0;

            for (int k = 0; k < levels; k++) {
                message[k] = before[k] / largest;
            }
            never = neverBefore / largest;
            ended = endedBefore / largest;
        }
        return new Smoothed(leakingOn, levelOn, startingOn);
    }
}
