package io.leaktrace.localize;

import io.leaktrace.domain.Custodian;

/**
 * What is known and found out of one custodian while an epoch is solved. Days are counted from the first of which touches
 * are known: that of the horizon or, at the first epoch of a day, the one before, which is about to leave the window.
 */
final class Account {

    final Custodian custodian;
    final CustodianState before;

    /** Orders touched by day. */
    final int[] touches;

    /** The same, each by the share of contacts it may have caused that would be reported by now. */
    final double[] exposure;

    /** Contacts of the horizon within the window after a touch. */
    long contacts;

    /** The first of its candidates, of which those for incidents that are over come first. */
    int candidatesFrom;

    /** Those for open incidents, its explanations of what happened: from the first of them until behind the last. */
    int explanationsFrom;

    int explanationsTo;

    /** Factor of the negative control, at least 1. */
    double control = 1;

    /** Factors, at least 1, of a wave of calls on its buyers by day of the incident, or null. */
    double[] wave;

    /**
     * Expected leak level by day, from the first day for which levels are kept. Those of the ring are found anew at each
     * epoch, so that an early mistake does not live on. Null while all are 0: of many custodians, few carry blame.
     */
    private double[] levels;

    private final int levelDays;

    private boolean blamed;

    /** State of the chain after the ring. */
    LeakChain.State state;

    /** State of the chain before the ring of the epoch to come. */
    LeakChain.State carriedOn;

    /** Days of the ring without an incident, once they have been needed; null where they are needed once. */
    private LeakChain.Day[] quietDays;

    double statistic;

    /** The statistic if nobody else were to blame for anything. */
    double alone;

    /** What is thought of each day of the ring, if the custodian carries blame, or null. */
    LeakChain.Smoothed smoothed;

    Long onset;

    Account(
            Custodian custodian,
            CustodianState before,
            int horizonDays,
            long levelsFrom,
            long blameKnownTo,
            long today) {
        this.custodian = custodian;
        this.before = before;
        this.touches = new int[horizonDays];
        this.exposure = new double[horizonDays];
        this.levelDays = (int) (today - levelsFrom + 1);
        this.onset = before.onset();
        if (before.levels().length > 0) {
            levels = new double[levelDays];
            for (int i = 0; i < levels.length && levelsFrom + i < blameKnownTo; i++) {
                levels[i] = before.levelOn(levelsFrom + i);
                blamed |= levels[i] > 0;
            }
        }
    }

    /** Whether it could explain an incident of the ring. */
    boolean explainsAnything() {
        return explanationsTo > explanationsFrom;
    }

    /** Whether any level is above 0. */
    boolean carriesBlame() {
        return blamed;
    }

    /** Takes the levels of the ring; {@code null} if there is no blame for its days. */
    void setLevels(int ringStart, double[] ring) {
        blamed = false;
        if (levels == null) {
            levels = new double[levelDays];
        }
        for (int i = 0; i < levels.length; i++) {
            if (i >= ringStart) {
                levels[i] = ring == null ? 0 : ring[i - ringStart];
            }
            blamed |= levels[i] > 0;
        }
    }

    /** In a wave, by how much more than others its buyers are called anyway, on a day counted from the first known. */
    double controlOn(long day) {
        return day < 0 ? control : Math.max(control, wave[(int) day]);
    }

    /** What a day of the ring without an incident says. */
    LeakChain.Day quietDay(int day, double dayExposure, LeakChain chain) {
        if (!explainsAnything()) {
            return chain.dayWithoutIncident(dayExposure);
        }
        if (quietDays == null) {
            quietDays = new LeakChain.Day[touches.length];
        }
        if (quietDays[day] == null) {
            quietDays[day] = chain.dayWithoutIncident(dayExposure);
        }
        return quietDays[day];
    }

    /** Number of orders touched on a day and after it, counted from the first day of which touches are known. */
    long touchesFrom(int day) {
        long sum = 0;
        for (int i = day; i < touches.length; i++) {
            sum += touches[i];
        }
        return sum;
    }

    /** Expected leak level on a day, counted from the first for which levels are kept. */
    double level(int day) {
        return levels == null ? 0 : levels[day];
    }

    /** The same of all days; empty if no blame is carried. */
    double[] levels() {
        return blamed ? levels : new double[0];
    }
}
