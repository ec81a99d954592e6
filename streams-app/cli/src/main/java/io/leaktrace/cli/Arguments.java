package io.leaktrace.cli;

import io.leaktrace.domain.Custodian;

/** Reads arguments that several commands have in common. */
public final class Arguments {

    private Arguments() {}

    /** The custodian written as ROLE:id. */
    static Custodian custodian(String written) {
        try {
            return Custodian.parse(written);
        } catch (IllegalArgumentException e) {
            throw new UsageException(e.getMessage());
        }
    }
}
