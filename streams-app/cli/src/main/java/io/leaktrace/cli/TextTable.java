package io.leaktrace.cli;

import io.leaktrace.domain.SafeText;
import java.io.PrintWriter;
import java.util.List;

/** A table of text with columns as wide as their longest cell. */
public final class TextTable {

    private TextTable() {}

    /** @param given rows of equal length; the first holds the names of the columns */
    static void print(PrintWriter out, List<List<String>> given) {
        List<List<String>> rows = given.stream()
                .map(row -> row.stream().map(SafeText::forTerminal).toList())
                .toList();
        int columns = rows.get(0).size();
        StringBuilder format = new StringBuilder();
        for (int column = 0; column < columns; column++) {
            int index = column;
            int width =
                    rows.stream().mapToInt(row -> row.get(index).length()).max().orElse(1);
            format.append("%-").append(Math.max(1, width)).append("s  ");
        }
        for (List<String> row : rows) {
            out.println(String.format(format.toString(), row.toArray()).stripTrailing());
        }
        out.flush();
    }
}
