package io.leaktrace.localize;

import io.leaktrace.domain.Custodian;
import io.leaktrace.domain.Verdict;
import java.util.stream.IntStream;

/**
 * What is known of one custodian at an epoch: what was carried from the epoch before, how much its orders were exposed,
 * and which incidents its touches could explain. Its arrays are not written any more.
 *
 * @param index its place among all accounts, which are ordered by custodian
 * @param before what was carried from the epoch before
 * @param isNew whether nothing was
 * @param carriedLevels the leak levels that were carried
 * @param touches orders touched, by day from {@link EpochDays#touchesFrom} on: that is the horizon's first or, at the
 *     first epoch of a day, the one before, which is about to leave the sliding window
 * @param exposure the same, each order by the share of contacts it may have caused that would be reported by now
 * @param contacts number of contacts in the horizon within the window after a touch
 * @param candidatesFrom the first of its {@link Candidates}, of which those for incidents that are over come first
 * @param explanationsFrom the first of its candidates for open incidents: its explanations of what happened
 * @param explanationsTo behind the last of them
 */
record Account(
        int index,
        Custodian custodian,
        CustodianState before,
        boolean isNew,
        LeakLevels carriedLevels,
        int[] touches,
        double[] exposure,
        long contacts,
        int candidatesFrom,
        int explanationsFrom,
        int explanationsTo) {

    /** Whether it could explain an open incident. */
    boolean explainsAnything() {
        return explanationsTo > explanationsFrom;
    }

    /** The numbers of its explanations, ascending: those of its candidates that are for open incidents. */
    int[] explanations() {
        return IntStream.range(explanationsFrom, explanationsTo).toArray();
    }

    boolean isConfirmed() {
        return before.verdict() == Verdict.CONFIRMED;
    }

    boolean isDismissed() {
        return before.verdict() == Verdict.DISMISSED;
    }

    /** Number of orders touched on a day and after it, counted from the first day of which touches are known. */
    long touchesFrom(int day) {
        long sum = 0;
        for (int i = day; i < touches.length; i++) {
            sum += touches[i];
        }
        return sum;
    }
}
