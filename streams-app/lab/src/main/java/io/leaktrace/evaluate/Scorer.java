package io.leaktrace.evaluate;

/** Scores all custodians by a day's counts; more is more suspect. One for each trial: it may learn from day to day. */
interface Scorer {

    /** A score for each custodian, by its index. */
    double[] scores(Tabulation counts);
}
