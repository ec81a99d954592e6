package io.leaktrace.files;

import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;

/**
 * Numbers of good and bad lines of a file.
 *
 * @param good lines that were used
 * @param bad lines that were left out
 * @param unclosedQuotes those of the bad lines on which a quote is opened and not closed, in a CSV file
 */
public record FileTally(Path file, long good, long bad, long unclosedQuotes) {

    /** The problem of the file as a whole, as a sentence; empty if at least half of its lines were used. */
    public Optional<String> shortcoming() {
        if (bad > good) {
            return Optional.of(String.format(
                    Locale.ROOT,
                    "%,d of the %,d lines of %s could not be used; is it the right file, in the right format?",
                    bad,
                    bad + good,
                    OpenedFile.name(file)));
        }
        return unclosedQuotes == 0
                ? Optional.empty()
                : Optional.of(String.format(
                        Locale.ROOT,
                        "On %,d lines of %s a quote is opened and not closed; they were left out. Check them: the lines "
                                + "below them may have been read wrongly.",
                        unclosedQuotes,
                        OpenedFile.name(file)));
    }
}
