package io.leaktrace.tables;

import io.leaktrace.files.InputFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Properties;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * A DuckDB database in memory that reads files of this machine only: it loads no extension and so cannot reach a
 * network, and what it does not hold in memory goes to a folder that is removed when it is closed.
 */
final class DuckDb implements AutoCloseable {

    private static final Pattern EXTENSION = Pattern.compile("(?:exists in the|requires the extension) (\\w+)");
    private static final Pattern LINE = Pattern.compile("(?m)^LINE (\\d+):");

    /** Said by the driver before the real reason. */
    private static final Pattern PREFIX = Pattern.compile("^Invalid Input Error: Attempting to execute an unsuccessful"
            + " or closed pending query result\\s+Error: ");

    private final Path scratch;
    private final Connection connection;

    private DuckDb(Path scratch, Connection connection) {
        this.scratch = scratch;
        this.connection = connection;
    }

    /** As the other method, with a thread for each core. */
    static DuckDb open(ZoneId zone) throws IOException {
        return open(zone, InputFiles.ALL_CORES);
    }

    /**
     * @param zone of times without an offset in casts to TIMESTAMPTZ
     * @param threads number of threads that run a query
     */
    static DuckDb open(ZoneId zone, int threads) throws IOException {
        // Others must not read it: it may hold parts of the tables. Removed at the latest when the process ends.
        Path scratch = Files.createTempDirectory("leaktrace-tables-");
        scratch.toFile().deleteOnExit();
        Properties streaming = new Properties();
        streaming.setProperty("jdbc_stream_results", "true");
        DuckDb db = null;
        try {
            db = new DuckDb(scratch, DriverManager.getConnection("jdbc:duckdb:", streaming));
            db.execute("SET autoinstall_known_extensions = false");
            db.execute("SET autoload_known_extensions = false");
            db.execute("SET allow_community_extensions = false");
            db.execute("SET temp_directory = " + quoted(scratch.resolve("spill").toString()));
            // As much as the heap may take.
            db.execute("SET memory_limit = '" + (Runtime.getRuntime().maxMemory() >> 20) + "MiB'");
            db.execute("SET threads = " + threads);
            db.execute("SET TimeZone = " + quoted(name(zone)));
            db.execute("SET lock_configuration = true");
            return db;
        } catch (SQLException e) {
            if (db != null) {
                db.close();
            }
            throw new IOException("DuckDB does not start: " + reason(e), e);
        }
    }

    /** The folder for copies of files; it is removed when the database is closed. */
    Path scratch() {
        return scratch;
    }

    /** DuckDB's name of a zone; it knows regions, but offsets only as Etc/GMT-8. */
    private static String name(ZoneId zone) {
        if (!(zone.normalized() instanceof ZoneOffset offset)) {
            return zone.getId();
        }
        int hours = offset.getTotalSeconds() / 3600;
        // The sign in this name is that of POSIX: west is positive.
        return hours == 0 ? "UTC" : String.format(Locale.ROOT, "Etc/GMT%+d", -hours);
    }

    void execute(String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    /** Receiver of rows. */
    @FunctionalInterface
    interface RowReader {
        void row(ResultSet row) throws SQLException, IOException;
    }

    void query(String sql, RowReader reader) throws SQLException, IOException {
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(sql)) {
            while (rows.next()) {
                reader.row(rows);
            }
        }
    }

    /** Starts a query; returns its rows. */
    TableRows rows(String query, TableColumns columns) throws SQLException {
        Statement statement = connection.createStatement();
        try {
            return new TableRows(statement, query, columns);
        } catch (SQLException e) {
            statement.close();
            throw e;
        }
    }

    /**
     * A column of a query's result.
     *
     * @param type as DuckDB writes it, such as {@code VARCHAR[]}
     */
    record Column(String name, String type) {}

    List<Column> columns(String query) throws SQLException, IOException {
        List<Column> columns = new ArrayList<>();
        query("DESCRIBE " + query, row -> columns.add(new Column(row.getString(1), row.getString(2))));
        return columns;
    }

    /** The line of the SQL text in which DuckDB found the problem, or 1. */
    static int line(SQLException problem) {
        Matcher line = LINE.matcher(problem.getMessage());
        return line.find() ? Integer.parseInt(line.group(1)) : 1;
    }

    /** DuckDB's reason without its place and its proposals, and what to do if something of DuckDB is missing. */
    static String reason(SQLException problem) {
        String message = PREFIX.matcher(String.valueOf(problem.getMessage()))
                .replaceFirst("")
                .strip();
        Matcher extension = EXTENSION.matcher(message);
        if (extension.find()) {
            String advice =
                    switch (extension.group(1)) {
                        case "httpfs", "aws", "azure" -> "Download the file and name the copy.";
                        case "excel", "spatial" -> "Save the sheet as CSV and name that file.";
                        default -> "Export the data as CSV or Parquet and name that file.";
                    };
            return "this needs DuckDB's extension '" + extension.group(1)
                    + "', which is not part of Leaktrace; nothing is downloaded. " + advice;
        }
        String first = LINE.split(message)[0].strip();
        int proposals = first.indexOf("\nPossible ");
        String reason = (proposals < 0 ? first : first.substring(0, proposals)).replaceAll("\\s*\n\\s*", " ");
        return reason.startsWith("Conversion Error")
                ? reason + " With TRY_CAST instead of CAST the value becomes NULL, and its row is left out."
                : reason;
    }

    /** A text as a string of SQL. */
    static String quoted(String text) {
        return "'" + text.replace("'", "''") + "'";
    }

    /** A name as an identifier of SQL. */
    static String identifier(String name) {
        return '"' + name.replace("\"", "\"\"") + '"';
    }

    @Override
    public void close() throws IOException {
        try {
            connection.close();
        } catch (SQLException e) {
            throw new IOException("DuckDB does not end: " + reason(e), e);
        } finally {
            try (Stream<Path> files = Files.walk(scratch)) {
                for (Path file :
                        files.sorted(java.util.Comparator.reverseOrder()).toList()) {
                    Files.deleteIfExists(file);
                }
            }
        }
    }
}
