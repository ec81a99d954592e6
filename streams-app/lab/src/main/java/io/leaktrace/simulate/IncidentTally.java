package io.leaktrace.simulate;

/** Counts what happened and what was reported of it. */
final class IncidentTally {

    private long happened;
    private long reported;

    void count(boolean wasReported) {
        happened++;
        if (wasReported) {
            reported++;
        }
    }

    long happened() {
        return happened;
    }

    long reported() {
        return reported;
    }
}
