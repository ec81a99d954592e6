package io.leaktrace.runs;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Writer of a run's findings as NDJSON and Parquet. */
public final class OpenFormats {

    private static final String CUSTODIAN = "role: 'VARCHAR', id: 'VARCHAR', ";

    /** Columns of each table with their DuckDB types. */
    private static final Map<String, String> TABLES = tables();

    private OpenFormats() {}

    private static Map<String, String> tables() {
        Map<String, String> tables = new LinkedHashMap<>();
        tables.put(
                "suspects",
                "rank: 'INTEGER', " + CUSTODIAN + "status: 'VARCHAR', score: 'DOUBLE', evidence: 'DOUBLE', "
                        + "exposures: 'BIGINT', contacts: 'BIGINT', attributed: 'DOUBLE', expected: 'DOUBLE', "
                        + "leak_rate: 'DOUBLE', leak_rate_low: 'DOUBLE', leak_rate_high: 'DOUBLE', "
                        + "onset: 'TIMESTAMPTZ', first_alerted_at: 'TIMESTAMPTZ', as_of: 'TIMESTAMPTZ', "
                        + "shared_with: 'VARCHAR', shared: 'DOUBLE', buyers: 'INTEGER'");
        tables.put(
                "alerts",
                "\"at\": 'TIMESTAMPTZ', " + CUSTODIAN + "change: 'VARCHAR', score: 'DOUBLE', evidence: 'DOUBLE', "
                        + "buyers: 'INTEGER'");
        tables.put(
                "epochs",
                "start: 'TIMESTAMPTZ', \"end\": 'TIMESTAMPTZ', learning: 'BOOLEAN', order_events: 'BIGINT', "
                        + "scam_contacts: 'BIGINT', late: 'BIGINT', expired: 'BIGINT', duplicate: 'BIGINT', "
                        + "bad: 'BIGINT', unmatched: 'BIGINT', incidents: 'BIGINT', attributed: 'DOUBLE', "
                        + "shopping: 'DOUBLE', background: 'DOUBLE', background_per_buyer_day: 'DOUBLE', "
                        + "wave: 'DOUBLE', custodians: 'BIGINT', suspects: 'BIGINT', threshold: 'DOUBLE'");
        tables.put(
                "evidence",
                "contact_id: 'VARCHAR', buyer_id: 'VARCHAR', contacted_at: 'TIMESTAMPTZ', "
                        + "reported_at: 'TIMESTAMPTZ', disclosed: 'VARCHAR[]', quoted_order_id: 'VARCHAR', "
                        + "background_share: 'DOUBLE', settled: 'BOOLEAN', as_of: 'TIMESTAMPTZ', "
                        + "touches: 'STRUCT(role VARCHAR, id VARCHAR, order_id VARCHAR, touched_at TIMESTAMPTZ, "
                        + "lead_hours DOUBLE, share DOUBLE)[]'");
        return tables;
    }

    /**
     * Writes the requested formats other than CSV.
     *
     * @param work folder that holds epochs and evidence as NDJSON
     */
    public static void write(Path work, Path out, RunResult result, Set<Format> formats) throws IOException {
        if (!formats.contains(Format.NDJSON) && !formats.contains(Format.PARQUET)) {
            return;
        }
        write(work.resolve("suspects.ndjson"), RunFiles.suspectRows(result.suspects()));
        write(work.resolve("alerts.ndjson"), RunFiles.alertRows(result.alerts()));
        if (formats.contains(Format.PARQUET)) {
            writeParquet(work, out);
        }
        if (formats.contains(Format.NDJSON)) {
            for (String table : TABLES.keySet()) {
                String file = table + ".ndjson";
                // Copied, not moved: until the run is complete, it may have to resume from the work folder.
                Files.copy(work.resolve(file), out.resolve(file), StandardCopyOption.REPLACE_EXISTING);
            }
        }
    }

    private static void write(Path file, List<Map<String, Object>> rows) throws IOException {
        try (Ndjson ndjson = new Ndjson(file, 0)) {
            for (Map<String, Object> row : rows) {
                ndjson.write(row);
            }
        }
    }

    private static void writeParquet(Path work, Path out) throws IOException {
        try (Connection connection = DriverManager.getConnection("jdbc:duckdb:");
                Statement statement = connection.createStatement()) {
            // DuckDB must not download extensions.
            statement.execute("SET autoinstall_known_extensions = false");
            statement.execute("SET TimeZone = 'UTC'");
            for (Map.Entry<String, String> table : TABLES.entrySet()) {
                Path parquet = out.resolve(table.getKey() + ".parquet");
                statement.execute("COPY (FROM read_json(" + quoted(work.resolve(table.getKey() + ".ndjson"))
                        + ", format = 'newline_delimited', maximum_object_size = 67108864, columns = {"
                        + table.getValue() + "})) TO " + quoted(parquet) + " (FORMAT parquet)");
            }
        } catch (SQLException e) {
            throw new IOException("cannot write Parquet to " + out + ": " + e.getMessage(), e);
        }
    }

    private static String quoted(Path file) {
        return "'" + file.toString().replace("'", "''") + "'";
    }
}
