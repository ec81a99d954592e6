package io.leaktrace.localize;

import io.leaktrace.domain.Custodian;
import java.util.ArrayList;
import java.util.List;

/** What is known and found out of one custodian while an epoch is solved. Days are counted from the horizon's first. */
final class Account {

    /** An incident that the custodian could explain, and which of its candidates the custodian is, by index. */
    record Explanation(int incident, int candidate) {}

    final Custodian custodian;
    final CustodianState before;

    /** Orders touched by day. */
    final long[] touches;

    /** The same, each by the share of contacts it may have caused that would be reported by now. */
    final double[] exposure;

    /** Contacts of the horizon within the window after a touch. */
    long contacts;

    /** Incidents of the ring that it could explain. */
    final List<Explanation> explanations = new ArrayList<>();

    /** Factor of the negative control, at least 1. */
    double control = 1;

    /** Expected leak level by day, from the first day for which levels are kept. */
    final double[] levels;

    /** State of the chain before the ring and after each of its days. */
    LeakChain.State[] states;

    double statistic;

    /** What is thought of each day of the ring, if the custodian carries blame, or null. */
    LeakChain.Smoothed smoothed;

    Long onset;

    Account(Custodian custodian, CustodianState before, int horizonDays, long levelsFrom, long today) {
        this.custodian = custodian;
        this.before = before;
        this.touches = new long[horizonDays];
        this.exposure = new double[horizonDays];
        this.levels = new double[(int) (today - levelsFrom + 1)];
        this.onset = before.onset();
        if (before.levels().length > 0) {
            // A day that is new goes on as the last one did.
            long last = before.levelsFrom() + before.levels().length - 1;
            for (int i = 0; i < levels.length; i++) {
                levels[i] = before.levelOn(Math.min(levelsFrom + i, last));
            }
        }
    }

    boolean carriesBlame() {
        for (double level : levels) {
            if (level > 0) {
                return true;
            }
        }
        return false;
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
