package io.leaktrace.cli;

import io.leaktrace.privacy.PseudonymKey;
import io.leaktrace.privacy.PseudonymKeyException;
import io.leaktrace.privacy.Pseudonyms;
import java.nio.file.Path;
import picocli.CommandLine.Option;

/** Options that replace buyers and callers by pseudonyms. */
public final class PseudonymOptions {

    @Option(
            names = "--pseudonym-key",
            paramLabel = "FILE",
            description =
                    "Replace buyers and callers by pseudonyms made with the key in this file, one line VERSION:KEY.")
    private Path key;

    @Option(
            names = "--phone-region",
            paramLabel = "CC",
            defaultValue = "CN",
            description =
                    "Country of phone numbers without a country code (default: CN); none if ids are not phone numbers.")
    private String region;

    public Pseudonyms read() {
        if (key == null) {
            return Pseudonyms.NONE;
        }
        try {
            return Pseudonyms.with(PseudonymKey.read(key), region);
        } catch (PseudonymKeyException | IllegalArgumentException e) {
            throw new UsageException(e.getMessage());
        }
    }
}
