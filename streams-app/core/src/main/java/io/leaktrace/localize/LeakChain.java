package io.leaktrace.localize;

import java.util.Arrays;

/**
 * The hidden leak state of one custodian by day of touch: it never leaked, leaks at one of a grid of levels, or leaked
 * and has stopped.
 *
 * <p>With I_k(d) the increment of log-evidence of day d for level k, w the weight of a start, q the rate of ends and δ
 * the fading of ended leaks, in units of "never leaked":
 *
 * <pre>
 * Z   ← (Z + q Σ A_k)(1 − δ)
 * A_k ← ((1 − q) A_k + w) exp I_k(d)
 * </pre>
 *
 * ln(Σ A_k + Z) is a Shiryaev–Roberts statistic (Shiryaev 1963, Roberts 1966) over the possible starts of a leak, those
 * that ended included. A backward pass gives the state on each day (the forward–backward algorithm, Baum and others
 * 1970). Values are kept relative to a common power of e, so that strong evidence does not overflow.
 */
public final class LeakChain {

    /** Divides a statistic, a natural logarithm, to give evidence, a base-10 logarithm. */
    static final double LN_10 = StrictMath.log(10);

    private final int levels;
    private final double endRate;
    private final double fade;
    private final double startWeight;
    private final double startRate;
    private final double[] level;

    LeakChain(ModelSettings settings) {
        this.levels = settings.levels();
        this.endRate = settings.endRate();
        this.fade = settings.fade();
        this.startWeight = settings.startWeight();
        this.startRate = settings.startRate();
        this.level = new double[levels];
        for (int k = 0; k < levels; k++) {
            level[k] = settings.level(k);
        }
    }

    /**
     * The state after a day.
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

        /** ln(Σ A_k + Z). */
        double statistic() {
            return scale + StrictMath.log(Math.max(sumLeaking() + ended, Double.MIN_NORMAL));
        }

        /** "Never leaked", in the scale of the others. */
        double never() {
            return StrictMath.exp(-scale);
        }
    }

    /** The grid of leak levels θ_k, ascending. */
    double[] levels() {
        return level.clone();
    }

    State start() {
        return new State(new double[levels], 0, 0);
    }

    /**
     * What a day says of each level: exp I_k, times e to the −top, where top is the largest I_k but at least 0.
     *
     * @param likelihood by level
     */
    record Day(double[] likelihood, double top) {}

    /** A day's evidence from its increments I_k. */
    Day day(double[] increments) {
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

    /** A day on which no incident followed: I_k = −θ_k E, and each level is twice the one before. */
    Day dayWithoutIncident(double exposure) {
        double[] likelihood = new double[levels];
        double value = StrictMath.exp(-level[0] * exposure);
        for (int k = 0; k < levels; k++) {
            likelihood[k] = value;
            value *= value;
        }
        return new Day(likelihood, 0);
    }

    /** The state one day later. */
    State forward(State before, Day day) {
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
        double rescaled = largest > 0 ? Math.max(0, scale + StrictMath.log(largest)) : 0;
        double factor = StrictMath.exp(scale - rescaled);
        for (int k = 0; k < levels; k++) {
            leaking[k] *= factor;
        }
        return new State(leaking, ended * factor, rescaled);
    }

    /** The state before the first day and after each day: one more than days. */
    State[] states(State before, Day[] evidence) {
        State[] states = new State[evidence.length + 1];
        states[0] = before;
        for (int day = 0; day < evidence.length; day++) {
            states[day + 1] = forward(states[day], evidence[day]);
        }
        return states;
    }

    /** Probability that the custodian leaks now. */
    double leakingNow(State state) {
        double leaking = startRate * state.sumLeaking();
        return leaking / (state.never() + leaking + startRate * state.ended);
    }

    /** Probability that it leaks or leaked. */
    double everLeaked(State state) {
        double ever = startRate * (state.sumLeaking() + state.ended);
        return ever / (state.never() + ever);
    }

    /**
     * What is thought of each day, in the light of all days.
     *
     * @param leaking probability that the custodian leaked on the day
     * @param level expected leak level on the day
     * @param starting probability that the leak started on the day
     */
    record Smoothed(double[] leaking, double[] level, double[] starting) {}

    /**
     * @param states the state before the first day and after each day: one more than days
     * @param evidence by day
     * @param certain whether it is certain that the custodian leaks or leaked, as after a confirmation
     */
    Smoothed backward(State[] states, Day[] evidence, boolean certain) {
        int days = evidence.length;
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

            // One day back.
            double quiet = StrictMath.exp(-evidence[day].top);
            double starting = 0;
            double[] before = new double[levels];
            double largest = 0;
            for (int k = 0; k < levels; k++) {
                double likelihood = evidence[day].likelihood[k] * message[k];
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
