package io.leaktrace.localize;

import io.leaktrace.domain.Custodian;
import io.leaktrace.domain.Verdict;
import java.util.stream.IntStream;

/**
 * The data of one custodian at an epoch: its state after the previous epoch, its exposure, and the incidents that its
 * touches could explain. Its arrays are read-only.
 *
 * @param index its place among all accounts, which are ordered by custodian
 * @param before its state after the previous epoch, or the state of an unknown custodian
 * @param isNew whether it had no state
 * @param carriedLevels leak levels after the previous epoch
 * @param touches number of orders touched, by day from {@link EpochDays#touchesFrom} on: that is the horizon's first day
 *     or, at the first epoch of a day, the day before it, which is about to leave the sliding window
 * @param decoys number of decoys' orders touched, by day as the touches, which are without them; empty if there are none
 * @param exposure the touches, each weighted by the expected share of its contacts that are reported by the end of the
 *     epoch; those of decoys, of whose contacts all are reported, multiplied by one over the share that is otherwise
 * @param ordersUntilWeek number of orders touched up to each week of the memory, inclusive; of a custodian whose accesses
 *     are logged, those of which it has the data, in the mean; empty without a memory
 * @param firstWeek number of the memory's first week
 * @param contacts number of contacts in the horizon within the join window after a touch
 * @param candidatesFrom its first candidate in {@link Candidates}; those for incidents whose attribution is final come
 *     first
 * @param explanationsFrom its first candidate for an open incident; such a candidate is called an explanation
 * @param explanationsTo its last explanation plus one
 */
record Account(
        int index,
        Custodian custodian,
        CustodianState before,
        boolean isNew,
        LeakLevels carriedLevels,
        int[] touches,
        int[] decoys,
        double[] exposure,
        double[] ordersUntilWeek,
        long firstWeek,
        long contacts,
        int candidatesFrom,
        int explanationsFrom,
        int explanationsTo) {

    /** Shared by all accounts of a market without decoys. */
    static final int[] NO_DECOYS = {};

    /** Whether the custodian could explain an open incident. */
    boolean explainsAnything() {
        return explanationsTo > explanationsFrom;
    }

    /** Returns the numbers of its explanations, ascending: its candidates for open incidents. */
    int[] explanations() {
        return IntStream.range(explanationsFrom, explanationsTo).toArray();
    }

    /** Returns the number of orders touched from the week of a day to that of another day, inclusive. */
    double ordersBetween(long fromDay, long toDay) {
        return ordersBefore(toDay, (int) (Math.floorDiv(toDay, 7) - Math.floorDiv(fromDay, 7)));
    }

    /** Returns the number of orders touched within the memory up to the week of a day, inclusive. */
    double ordersBefore(long day, int memoryWeeks) {
        int week = (int) (Math.floorDiv(day, 7) - firstWeek);
        if (week < 0 || ordersUntilWeek.length == 0) {
            return 0;
        }
        int before = week - memoryWeeks - 1;
        double until = ordersUntilWeek[Math.min(week, ordersUntilWeek.length - 1)];
        return until - (before < 0 ? 0 : ordersUntilWeek[before]);
    }

    /** Returns the number of orders touched within the memory. */
    double ordersInMemory() {
        return ordersUntilWeek.length == 0 ? 0 : ordersUntilWeek[ordersUntilWeek.length - 1];
    }

    boolean isConfirmed() {
        return before.verdict() == Verdict.CONFIRMED;
    }

    boolean isDismissed() {
        return before.verdict() == Verdict.DISMISSED;
    }

    /** Returns the number of orders touched on a day, with those of decoys; day 0 is the first element of the touches. */
    int ordersOn(int day) {
        return touches[day] + (decoys.length == 0 ? 0 : decoys[day]);
    }

    /** Returns the number of orders touched on a day or later, as {@link #ordersOn}. */
    long touchesFrom(int day) {
        long sum = 0;
        for (int i = day; i < touches.length; i++) {
            sum += ordersOn(i);
        }
        return sum;
    }
}
