package io.leaktrace.localize;

import io.leaktrace.domain.Custodian;
import io.leaktrace.localize.Incidents.Candidate;
import java.util.ArrayList;
import java.util.List;

/** What is known and found out of one custodian while an epoch is solved. Days are counted from the horizon's first. */
final class Account {

    final Custodian custodian;
    final CustodianState before;

    /** Orders touched by day. */
    final long[] touches;

    /** The same, each by the share of contacts it may have caused that would be reported by now. */
    final double[] exposure;

    /** Contacts of the horizon within the window after a touch. */
    long contacts;

    /** Its place as a candidate in each incident of the ring that it could explain. */
    final List<Candidate> explanations = new ArrayList<>();

    /** Factor of the negative control, at least 1. */
    double control = 1;

    /** Factors, at least 1, of a wave of calls on its buyers by day of the incident, or null. */
    double[] wave;

    /**
     * Expected leak level by day, from the first day for which levels are kept. Those of the ring are found anew at each
     * epoch, so that an early mistake does not live on.
     */
    final double[] levels;

    private boolean blamed;

    /** State of the chain before the ring and after each of its days. */
    LeakChain.State[] states;

    /** Days of the ring without an incident, once they have been needed. */
    private final LeakChain.Day[] quietDays;

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
        this.touches = new long[horizonDays];
        this.exposure = new double[horizonDays];
        this.levels = new double[(int) (today - levelsFrom + 1)];
        this.quietDays = new LeakChain.Day[horizonDays];
        this.onset = before.onset();
        if (before.levels().length > 0) {
            for (int i = 0; i < levels.length && levelsFrom + i < blameKnownTo; i++) {
                levels[i] = before.levelOn(levelsFrom + i);
                blamed |= levels[i] > 0;
            }
        }
    }

    /** Whether any level is above 0. */
    boolean carriesBlame() {
        return blamed;
    }

    /** Takes the levels of the ring; {@code null} if there is no blame for its days. */
    void setLevels(int ringStart, double[] ring) {
        blamed = false;
        for (int i = 0; i < levels.length; i++) {
            if (i >= ringStart) {
                levels[i] = ring == null ? 0 : ring[i - ringStart];
            }
            blamed |= levels[i] > 0;
        }
    }

    /** By how much more than others its buyers are called anyway, on a day counted from the first that is known. */
    double controlOn(long day) {
        return wave == null || day < 0 ? control : Math.max(control, wave[(int) day]);
    }

    /** What a day of the ring without an incident says. */
    LeakChain.Day quietDay(int day, double dayExposure, LeakChain chain) {
        if (quietDays[day] == null) {
            quietDays[day] = chain.dayWithoutIncident(dayExposure);
        }
        return quietDays[day];
    }

    long touchesInHorizon() {
        long sum = 0;
        for (long count : touches) {
            sum += count;
        }
        return sum;
    }

    LeakChain.State state() {
        return states[states.length - 1];
    }
}
