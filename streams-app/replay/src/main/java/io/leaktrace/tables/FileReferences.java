package io.leaktrace.tables;

import io.leaktrace.tables.DataFiles.Format;
import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.charset.IllegalCharsetNameException;
import java.nio.charset.UnsupportedCharsetException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * Replaces the names of files in a statement: relative paths start from the mapping's folder, and what DuckDB could not
 * read is read from a copy. A name is a string after FROM, JOIN or a comma of FROM, or the first argument of a function
 * that reads files.
 */
final class FileReferences {

    /** Functions whose files are text; the value is the format that is read without further options. */
    private static final Map<String, Format> TEXT_READERS = Map.of(
            "read_csv", Format.CSV,
            "read_csv_auto", Format.CSV,
            "read_json", Format.JSON,
            "read_json_auto", Format.JSON,
            "read_ndjson", Format.JSON,
            "read_ndjson_auto", Format.JSON);

    private static final Set<String> OTHER_TEXT_READERS =
            Set.of("read_json_objects", "read_ndjson_objects", "read_json_objects_auto", "read_text", "sniff_csv");

    private static final Set<String> BINARY_READERS =
            Set.of("read_parquet", "parquet_scan", "parquet_schema", "parquet_metadata", "read_blob");

    /** Words that a table follows. */
    private static final Set<String> TABLES = Set.of("FROM", "JOIN", "PIVOT", "UNPIVOT");

    /** Words that end a FROM clause. */
    private static final Set<String> CLAUSES = Set.of(
            "SELECT",
            "WHERE",
            "GROUP",
            "ORDER",
            "HAVING",
            "QUALIFY",
            "WINDOW",
            "LIMIT",
            "OFFSET",
            "ON",
            "USING",
            "UNION",
            "EXCEPT",
            "INTERSECT",
            "VALUES",
            "SET",
            "SAMPLE",
            "TABLESAMPLE");

    private final MappingStatement statement;
    private final DataFiles files;
    private final Path folder;
    private final List<SqlToken> tokens;
    private final StringBuilder sql = new StringBuilder();
    private int copied;

    private FileReferences(MappingStatement statement, DataFiles files, Path folder) {
        this.statement = statement;
        this.files = files;
        this.folder = folder;
        this.tokens = statement.tokens();
    }

    /**
     * The statement's SQL with names that DuckDB can read.
     *
     * @param folder from which relative paths start
     * @throws IOException if there is no such file, or it cannot be read; the message has the line
     */
    static String resolved(MappingStatement statement, DataFiles files, Path folder) throws IOException {
        return new FileReferences(statement, files, folder).resolved();
    }

    /** What stands between a pair of parentheses, or the whole statement. */
    private static final class Scope {
        private boolean isQuery;
        private boolean inFrom;
        private boolean expectsTable;
    }

    private String resolved() throws IOException {
        Deque<Scope> scopes = new ArrayDeque<>();
        Scope whole = new Scope();
        whole.isQuery = true;
        scopes.push(whole);
        for (int i = 0; i < tokens.size(); i++) {
            SqlToken token = tokens.get(i);
            Scope scope = scopes.peek();
            String keyword = token.keyword();
            boolean first = i > 0 && tokens.get(i - 1).isSymbol('(');
            if (token.isSymbol('(')) {
                Scope inner = new Scope();
                // (a JOIN b) after FROM
                inner.inFrom = scope.expectsTable;
                inner.expectsTable = scope.expectsTable;
                inner.isQuery = scope.expectsTable;
                scope.expectsTable = false;
                scopes.push(inner);
            } else if (token.isSymbol(')')) {
                if (scopes.size() > 1) {
                    scopes.pop();
                }
            } else if (token.isSymbol(',')) {
                scope.expectsTable = scope.inFrom;
            } else if (TABLES.contains(keyword)) {
                // Not in extract(year FROM t), nor in a IS DISTINCT FROM b.
                boolean isClause = (scope.isQuery || first) && !(i > 0 && isDistinctFrom(i));
                scope.isQuery |= isClause;
                scope.inFrom |= isClause;
                scope.expectsTable = isClause;
            } else if (CLAUSES.contains(keyword) || keyword.equals("WITH")) {
                scope.isQuery |= keyword.equals("SELECT") || keyword.equals("WITH");
                scope.inFrom = false;
                scope.expectsTable = false;
            } else if (token.isString() && scope.expectsTable) {
                replace(token.from(), token.to(), table(token));
                scope.expectsTable = false;
            } else if (token.kind() == SqlToken.Kind.QUOTED_IDENTIFIER && scope.expectsTable) {
                if (!isFollowedBy(i, '.')
                        && !DataFiles.find(folder, token.text()).isEmpty()) {
                    replace(token.from(), token.to(), table(token));
                }
                scope.expectsTable = false;
            } else if (token.kind() == SqlToken.Kind.WORD && isFollowedBy(i, '(') && isReader(token)) {
                i = call(i);
                scope.expectsTable = false;
            } else if (!keyword.equals("LATERAL")) {
                scope.expectsTable = false;
            }
        }
        return sql.append(statement.sql(), copied, statement.sql().length()).toString();
    }

    private boolean isDistinctFrom(int from) {
        return tokens.get(from - 1).isWord("DISTINCT")
                && from > 1
                && (tokens.get(from - 2).isWord("IS") || tokens.get(from - 2).isWord("NOT"));
    }

    private boolean isFollowedBy(int index, char symbol) {
        return index + 1 < tokens.size() && tokens.get(index + 1).isSymbol(symbol);
    }

    private static boolean isReader(SqlToken word) {
        String name = word.text().toLowerCase(Locale.ROOT);
        return TEXT_READERS.containsKey(name) || OTHER_TEXT_READERS.contains(name) || BINARY_READERS.contains(name);
    }

    private void replace(int from, int to, String by) {
        sql.append(statement.sql(), copied, from).append(by);
        copied = to;
    }

    private String table(SqlToken name) throws IOException {
        try {
            List<Path> found = found(name);
            Format format = DataFiles.format(found.get(0));
            for (Path file : found) {
                if (DataFiles.format(file) != format) {
                    throw new IOException(
                            "'" + name.text() + "' names files of several formats: " + DataFiles.names(found));
                }
            }
            return files.view(found, format, null, null, false);
        } catch (IOException | SQLException e) {
            throw problem(name, e);
        }
    }

    private List<Path> found(SqlToken name) throws IOException {
        if (name.text().matches("(?i)[a-z][a-z0-9+]+://.*")) {
            throw new IOException("'" + name.text() + "' is not on this machine; nothing is downloaded. Download the "
                    + "file and name the copy");
        }
        List<Path> found = DataFiles.find(folder, name.text());
        if (found.isEmpty()) {
            throw new IOException("there is no file '" + name.text() + "' in " + folder.toAbsolutePath()
                    + "; relative paths start from the mapping's folder");
        }
        return found;
    }

    private IOException problem(SqlToken token, Exception cause) {
        String reason = cause instanceof SQLException sqlProblem ? DuckDb.reason(sqlProblem) : cause.getMessage();
        return statement.problem(SqlToken.lineOf(statement.sql(), token.from()), reason, cause);
    }

    /** Replaces the files of a call, if they are named by strings; returns the index of its last token. */
    private int call(int function) throws IOException {
        int close = closing(function + 1);
        int comma = function + 2;
        int depth = 0;
        List<SqlToken> names = new ArrayList<>();
        boolean literal = true;
        for (; comma < close && (depth > 0 || !tokens.get(comma).isSymbol(',')); comma++) {
            SqlToken token = tokens.get(comma);
            depth += token.isSymbol('[') ? 1 : token.isSymbol(']') ? -1 : 0;
            if (token.isString()) {
                names.add(token);
            } else if (!token.isSymbol('[') && !token.isSymbol(']') && !token.isSymbol(',')) {
                literal = false;
            }
        }
        if (!literal || names.isEmpty()) {
            return close;
        }
        try {
            List<Path> found = new ArrayList<>();
            for (SqlToken name : names) {
                found.addAll(found(name));
            }
            String reader = tokens.get(function).text().toLowerCase(Locale.ROOT);
            Map<String, String> options = options(comma, close);
            String view = options == null ? null : view(reader, found, options);
            if (view != null) {
                replace(tokens.get(function).from(), tokens.get(close).to(), view);
                return close;
            }
            List<String> readable = new ArrayList<>();
            for (Path file : found) {
                readable.add(DuckDb.quoted(
                        files.plain(file, !BINARY_READERS.contains(reader)).toString()));
            }
            String first = readable.size() == 1 ? readable.get(0) : "[" + String.join(", ", readable) + "]";
            replace(tokens.get(function + 2).from(), tokens.get(comma - 1).to(), first);
            return close;
        } catch (IOException | SQLException e) {
            throw problem(names.get(0), e);
        }
    }

    /** The view for a call with no other options than these; null if DuckDB has to understand its options. */
    private String view(String reader, List<Path> found, Map<String, String> options) throws IOException, SQLException {
        Format format = TEXT_READERS.get(reader);
        boolean known = format == Format.CSV
                ? Set.of("delim", "sep", "delimiter", "all_varchar", "encoding", "header")
                        .containsAll(options.keySet())
                : format == Format.JSON && Set.of("encoding").containsAll(options.keySet());
        if (!known || !options.getOrDefault("header", "true").equalsIgnoreCase("true")) {
            return null;
        }
        Character delimiter = null;
        for (String name : List.of("delim", "sep", "delimiter")) {
            String value = options.getOrDefault(name, ",").replace("\\t", "\t");
            if (value.length() != 1) {
                return null;
            }
            delimiter = options.containsKey(name) ? Character.valueOf(value.charAt(0)) : delimiter;
        }
        Charset encoding = options.containsKey("encoding") ? charset(options.get("encoding")) : null;
        boolean asText = options.getOrDefault("all_varchar", "false").equalsIgnoreCase("true");
        return files.view(found, format, delimiter, encoding, asText);
    }

    /** The encoding of this name; throws an IOException that says so if there is none. */
    static Charset charset(String name) throws IOException {
        try {
            return Charset.forName(name);
        } catch (IllegalCharsetNameException | UnsupportedCharsetException e) {
            throw new IOException(
                    "there is no encoding '" + name + "'; examples are UTF-8, UTF-16LE, GB18030, windows-1252", e);
        }
    }

    /** The options of a call, each {@code name = value} with a plain value; null if there are others. */
    private Map<String, String> options(int comma, int close) {
        Map<String, String> options = new HashMap<>();
        for (int at = comma; at < close; at += 4) {
            boolean plain = at + 3 < close
                    && tokens.get(at).isSymbol(',')
                    && tokens.get(at + 2).isSymbol('=')
                    && (at + 4 == close || tokens.get(at + 4).isSymbol(','));
            if (!plain) {
                return null;
            }
            options.put(
                    tokens.get(at + 1).text().toLowerCase(Locale.ROOT),
                    tokens.get(at + 3).text());
        }
        return options;
    }

    private int closing(int opening) throws IOException {
        int depth = 0;
        for (int i = opening; i < tokens.size(); i++) {
            depth += tokens.get(i).isSymbol('(') ? 1 : tokens.get(i).isSymbol(')') ? -1 : 0;
            if (depth == 0) {
                return i;
            }
        }
        throw statement.problem(
                SqlToken.lineOf(statement.sql(), tokens.get(opening).from()),
                "the parenthesis after " + tokens.get(opening - 1).text() + " is not closed",
                null);
    }
}
