package io.leaktrace.files;

import java.nio.file.Path;

/**
 * A line of a file, or a row of a mapping's statement, that could not be read and was left out.
 *
 * @param line its number, counted from 1; in a CSV file the header is line 1
 * @param reason readable text, as in {@code 'occurredAt' is missing}
 * @param statement the statement whose row this is, as in {@code the statement at line 3}; null for a line of the file
 */
public record BadLine(Path file, long line, String reason, String statement) {

    /** A line of a file. */
    public BadLine(Path file, long line, String reason) {
        this(file, line, reason, null);
    }

    /** Place and reason, as in {@code line 17 of orders.jsonl: 'occurredAt' is missing}. */
    @Override
    public String toString() {
        String name = OpenedFile.isStandardInput(file)
                ? OpenedFile.name(file)
                : file.getFileName().toString();
        return statement == null
                ? "line " + line + " of " + name + ": " + reason
                : "row " + line + " of " + statement + " of " + name + ": " + reason;
    }
}
