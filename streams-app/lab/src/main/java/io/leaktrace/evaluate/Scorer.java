package io.leaktrace.evaluate;

/** Scorer of all custodians by a day's counts; higher is more suspect. One per trial, since it may learn over days. */
interface Scorer {

    /** A score for each custodian, by its index. */
    double[] scores(Tabulation counts);
}
