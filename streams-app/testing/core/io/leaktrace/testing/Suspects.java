package io.leaktrace.testing;

import io.leaktrace.domain.Custodian;
import io.leaktrace.domain.LeakKind;
import io.leaktrace.domain.Reporters;
import io.leaktrace.domain.Suspect;
import java.time.Instant;

/** Suspect records for tests, with 1,000 orders and a leak rate of 5%. */
public final class Suspects {

    private Suspects() {}

    /** @param sharedWith a custodian that could explain all of its ten incidents, or null */
    public static Suspect suspect(
            Custodian custodian,
            Suspect.Status status,
            double score,
            double evidence,
            Custodian sharedWith,
            Instant at) {
        boolean isBlamed = status != Suspect.Status.CLEAR;
        return new Suspect(
                null,
                custodian,
                status,
                score,
                evidence,
                1000,
                20,
                isBlamed ? 10 : 0,
                5,
                isBlamed ? 0.05 : 0,
                0,
                0.1,
                null,
                null,
                sharedWith,
                sharedWith == null ? 0 : 1,
                new Reporters(isBlamed ? 10 : 0, 5, 0, false),
                isBlamed ? LeakKind.LEAKS_NOW : null,
                null,
                0,
                at);
    }
}
