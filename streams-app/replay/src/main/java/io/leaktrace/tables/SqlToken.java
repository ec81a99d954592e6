package io.leaktrace.tables;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * A token of DuckDB's SQL. Comments and white space are no tokens.
 *
 * @param text of a string or quoted identifier its value, of others the token as written
 * @param from index of its first character in the SQL text
 * @param to index behind its last character
 */
record SqlToken(Kind kind, String text, int from, int to) {

    enum Kind {
        /** A keyword, an identifier without quotes, or a number. */
        WORD,
        QUOTED_IDENTIFIER,
        STRING,
        SYMBOL
    }

    boolean isSymbol(char symbol) {
        return kind == Kind.SYMBOL && text.charAt(0) == symbol;
    }

    boolean isWord(String word) {
        return kind == Kind.WORD && text.equalsIgnoreCase(word);
    }

    boolean isString() {
        return kind == Kind.STRING;
    }

    /** The word in upper case; empty for other tokens. */
    String keyword() {
        return kind == Kind.WORD ? text.toUpperCase(Locale.ROOT) : "";
    }

    /**
     * Splits SQL into tokens.
     *
     * @throws IOException if a string, a quoted identifier or a comment does not end; the message has the line
     */
    static List<SqlToken> of(String sql) throws IOException {
        List<SqlToken> tokens = new ArrayList<>();
        int at = 0;
        while (at < sql.length()) {
            char first = sql.charAt(at);
            int from = at;
            if (Character.isWhitespace(first) || first == '\uFEFF') {
                at++;
            } else if (sql.startsWith("--", at)) {
                int end = sql.indexOf('\n', at);
                at = end < 0 ? sql.length() : end;
            } else if (sql.startsWith("/*", at)) {
                at = endOfComment(sql, at);
            } else if (first == '\'' || first == '"') {
                at = endOfQuoted(sql, at);
                String quote = String.valueOf(first);
                String value = sql.substring(from + 1, at - 1).replace(quote + quote, quote);
                tokens.add(new SqlToken(first == '"' ? Kind.QUOTED_IDENTIFIER : Kind.STRING, value, from, at));
            } else if (first == '$' && dollarTag(sql, at) != null) {
                String tag = dollarTag(sql, at);
                int end = sql.indexOf(tag, at + tag.length());
                if (end < 0) {
                    throw unclosed(sql, from, tag);
                }
                at = end + tag.length();
                tokens.add(new SqlToken(Kind.STRING, sql.substring(from + tag.length(), end), from, at));
            } else if (Character.isLetterOrDigit(first) || first == '_') {
                while (at < sql.length() && isPartOfWord(sql.charAt(at))) {
                    at++;
                }
                tokens.add(new SqlToken(Kind.WORD, sql.substring(from, at), from, at));
            } else {
                at++;
                tokens.add(new SqlToken(Kind.SYMBOL, String.valueOf(first), from, at));
            }
        }
        return tokens;
    }

    private static boolean isPartOfWord(char character) {
        return Character.isLetterOrDigit(character) || character == '_' || character == '$';
    }

    private static int endOfQuoted(String sql, int from) throws IOException {
        char quote = sql.charAt(from);
        // E'…' has escapes with a backslash.
        boolean escapes = quote == '\''
                && from > 0
                && (sql.charAt(from - 1) == 'E' || sql.charAt(from - 1) == 'e')
                && (from == 1 || !isPartOfWord(sql.charAt(from - 2)));
        for (int at = from + 1; at < sql.length(); at++) {
            char character = sql.charAt(at);
            if (escapes && character == '\\') {
                at++;
            } else if (character == quote) {
                if (at + 1 == sql.length() || sql.charAt(at + 1) != quote) {
                    return at + 1;
                }
                at++;
            }
        }
        throw unclosed(sql, from, String.valueOf(quote));
    }

    private static int endOfComment(String sql, int from) throws IOException {
        int depth = 0;
        for (int at = from; at + 1 < sql.length(); at++) {
            if (sql.startsWith("/*", at)) {
                depth++;
                at++;
            } else if (sql.startsWith("*/", at)) {
                depth--;
                at++;
                if (depth == 0) {
                    return at + 1;
                }
            }
        }
        throw unclosed(sql, from, "/*");
    }

    /** The opening of a dollar-quoted string, as in {@code $$} or {@code $body$}; null if there is none. */
    private static String dollarTag(String sql, int from) {
        int end = from + 1;
        while (end < sql.length() && (Character.isLetter(sql.charAt(end)) || sql.charAt(end) == '_')) {
            end++;
        }
        return end < sql.length() && sql.charAt(end) == '$' ? sql.substring(from, end + 1) : null;
    }

    private static IOException unclosed(String sql, int at, String opening) {
        return new IOException("line " + lineOf(sql, at) + ": " + opening + " is opened and not closed");
    }

    /** The number of the line, counted from 1, on which a character stands. */
    static int lineOf(String sql, int at) {
        return 1 + (int) sql.substring(0, at).chars().filter(c -> c == '\n').count();
    }
}
