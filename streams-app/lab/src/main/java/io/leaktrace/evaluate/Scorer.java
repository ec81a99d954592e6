package io.leaktrace.evaluate;

/** Scorer of all custodians by a day's counts; higher is more suspect. One per trial, since it may learn over days. */
@FunctionalInterface
interface Scorer {

    /** A score for each custodian, by its index. */
    double[] scores(Tabulation counts);

    /** The scores for alerts: minus infinity for custodians that do not satisfy an alert rule of the scorer. */
    default double[] alarms(double[] scores) {
        return scores;
    }
}
