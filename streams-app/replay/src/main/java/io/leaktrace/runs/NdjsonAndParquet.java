package io.leaktrace.runs;

import io.leaktrace.domain.Campaign;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Writer of a run's findings as NDJSON and Parquet. */
public final class NdjsonAndParquet {

    private NdjsonAndParquet() {}

    /**
     * Writes the requested formats other than CSV.
     *
     * @param work folder that holds epochs and evidence as NDJSON
     */
    public static void write(Path work, Path out, RunResult result, List<Campaign> campaigns, Set<RunFormat> formats)
            throws IOException {
        if (!formats.contains(RunFormat.NDJSON) && !formats.contains(RunFormat.PARQUET)) {
            return;
        }
        write(work.resolve("suspects.ndjson"), RunFiles.suspectRows(result.suspects()));
        write(work.resolve("alerts.ndjson"), RunFiles.alertRows(result.alerts()));
        write(work.resolve("campaigns.ndjson"), RunFiles.campaignRows(campaigns));
        write(work.resolve("campaign_contacts.ndjson"), RunFiles.campaignContactRows(campaigns));
        if (formats.contains(RunFormat.PARQUET)) {
            writeParquet(work, out);
        }
        if (formats.contains(RunFormat.NDJSON)) {
            for (FindingTable<?> table : RunSchema.ALL) {
                String file = table.name() + ".ndjson";
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
            for (FindingTable<?> table : RunSchema.ALL) {
                Path parquet = out.resolve(table.name() + ".parquet");
                statement.execute("COPY (FROM read_json(" + quoted(work.resolve(table.name() + ".ndjson"))
                        + ", format = 'newline_delimited', maximum_object_size = 67108864, columns = "
                        + table.duckDbColumns() + ")) TO " + quoted(parquet) + " (FORMAT parquet)");
            }
        } catch (SQLException e) {
            throw new IOException("cannot write Parquet to " + out + ": " + e.getMessage(), e);
        }
    }

    private static String quoted(Path file) {
        return "'" + file.toString().replace("'", "''") + "'";
    }
}
