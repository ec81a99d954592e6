package io.leaktrace.tables;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * A statement of a mapping file.
 *
 * @param file the mapping file
 * @param line the line on which the statement begins
 * @param sql its text, without the semicolon
 * @param tokens its tokens, with indices into {@code sql}
 */
record MappingStatement(Path file, int line, String sql, List<SqlToken> tokens) {

    private static final Set<String> QUERIES = Set.of("SELECT", "FROM", "WITH", "VALUES", "TABLE", "PIVOT", "UNPIVOT");
    private static final Set<String> HELPERS = Set.of("VIEW", "TABLE", "MACRO", "FUNCTION");
    private static final Set<String> MODIFIERS = Set.of("OR", "REPLACE", "TEMP", "TEMPORARY");

    /** Splits the text of a mapping file into its statements. */
    static List<MappingStatement> of(Path file, String text) throws IOException {
        List<SqlToken> all;
        try {
            all = SqlToken.of(text);
        } catch (IOException e) {
            throw new IOException(file + ", " + e.getMessage(), e);
        }
        List<MappingStatement> statements = new ArrayList<>();
        List<SqlToken> tokens = new ArrayList<>();
        for (int i = 0; i <= all.size(); i++) {
            boolean ends = i == all.size() || all.get(i).isSymbol(';');
            if (!ends) {
                tokens.add(all.get(i));
            } else if (!tokens.isEmpty()) {
                int from = tokens.get(0).from();
                int to = tokens.get(tokens.size() - 1).to();
                List<SqlToken> own = tokens.stream()
                        .map(token -> new SqlToken(token.kind(), token.text(), token.from() - from, token.to() - from))
                        .toList();
                statements.add(new MappingStatement(file, SqlToken.lineOf(text, from), text.substring(from, to), own));
                tokens = new ArrayList<>();
            }
        }
        return statements;
    }

    /** Whether it yields rows. */
    boolean isQuery() {
        int first = 0;
        while (first < tokens.size() - 1 && tokens.get(first).isSymbol('(')) {
            first++;
        }
        return QUERIES.contains(tokens.get(first).keyword());
    }

    /** Whether it creates a view, table or macro that later statements use, or sets a variable. */
    boolean isHelper() {
        if (isSetting("VARIABLE")) {
            return true;
        }
        int at = 1;
        while (at < tokens.size() && MODIFIERS.contains(tokens.get(at).keyword())) {
            at++;
        }
        return tokens.get(0).isWord("CREATE")
                && at < tokens.size()
                && HELPERS.contains(tokens.get(at).keyword());
    }

    /** The zone of {@code SET TimeZone = 'zone'}, or null if the statement is another one. */
    String timeZone() {
        return isSetting("TIMEZONE")
                        && tokens.size() == 4
                        && (tokens.get(2).isSymbol('=') || tokens.get(2).isWord("TO"))
                        && tokens.get(3).isString()
                ? tokens.get(3).text()
                : null;
    }

    private boolean isSetting(String name) {
        return tokens.size() > 1 && tokens.get(0).isWord("SET") && tokens.get(1).isWord(name);
    }

    /** A description for messages, as in {@code the statement at line 3}. */
    String place() {
        return "the statement at line " + line;
    }

    /** A problem of the statement: the place of this line of it, and the reason. */
    IOException problem(int lineOfStatement, String reason, Throwable cause) {
        return new IOException(file + ", line " + (line + lineOfStatement - 1) + ": " + reason, cause);
    }

    /** A problem of the statement as a whole. */
    IOException problem(String reason) {
        return problem(1, reason, null);
    }
}
