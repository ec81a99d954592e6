package io.leaktrace.simulate;

/** Counter of all incidents and of reported ones. */
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
