package io.leaktrace.files;

import java.nio.file.Path;

/**
 * A line that could not be read and was left out.
 *
 * @param line its number, counted from 1; in a CSV file the header is line 1
 * @param reason readable text, as in {@code 'occurredAt' is missing}
 */
public record BadLine(Path file, long line, String reason) {

    /** Place and reason, as in {@code line 17 of orders.jsonl: 'occurredAt' is missing}. */
    @Override
    public String toString() {
        String name = OpenedFile.isStandardInput(file)
                ? OpenedFile.name(file)
                : file.getFileName().toString();
        return "line " + line + " of " + name + ": " + reason;
    }
}
