package io.leaktrace.cli;

import io.leaktrace.domain.Custodian;

/** Reads what several commands are given in the same form. */
public final class Arguments {

    private Arguments() {}

    /** A custodian, as ROLE:id. */
    static Custodian custodian(String written) {
        try {
            return Custodian.parse(written);
        } catch (IllegalArgumentException e) {
            throw new UsageException(e.getMessage());
        }
    }
}
