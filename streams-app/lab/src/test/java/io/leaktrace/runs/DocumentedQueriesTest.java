package io.leaktrace.runs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.leaktrace.files.InputFiles;
import io.leaktrace.replay.FileHistory;
import io.leaktrace.replay.Replay;
import io.leaktrace.replay.ReplayPlan;
import io.leaktrace.replay.Selection;
import io.leaktrace.runtime.Settings;
import io.leaktrace.simulate.Scenario;
import io.leaktrace.simulate.SimulatedFiles;
import io.leaktrace.testing.Listeners;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Runs the queries of {@code docs/replay.md} on the tutorial's run, and compares what they print with what stands there. */
class DocumentedQueriesTest {

    private static final Path PAGE = Path.of("../../docs/replay.md");
    private static final Pattern QUERY = Pattern.compile("```sql\\n(.*?)```\\n```\\n(.*?)```", Pattern.DOTALL);
    private static final Pattern CSV = Pattern.compile("```csv\\n(.*?)```", Pattern.DOTALL);

    @TempDir
    private Path folder;

    @Test
    void theyPrintWhatThePageSays() throws Exception {
        Path run = replayTheDemo();
        String page = Files.readString(PAGE);
        Path regions = folder.resolve("regions.csv");
        Files.writeString(
                regions, CSV.matcher(page).results().findFirst().orElseThrow().group(1));
        List<MatchResult> queries = QUERY.matcher(page).results().toList();
        assertTrue(queries.size() >= 3, "the page has queries");
        List<String> expected = new ArrayList<>();
        List<String> found = new ArrayList<>();
        try (Connection connection = DriverManager.getConnection("jdbc:duckdb:");
                Statement statement = connection.createStatement()) {
            statement.execute("SET TimeZone = 'UTC'");
            for (MatchResult query : queries) {
                String sql = query.group(1)
                        .replace("runs/fortnight/", run + "/")
                        .replace("'regions.csv'", "'" + regions + "'");
                expected.add(query.group(2));
                found.add(table(statement, sql));
            }
        }
        assertEquals(String.join("\n", expected), String.join("\n", found));
    }

    private Path replayTheDemo() throws Exception {
        SimulatedFiles.write(Scenario.STORY.market(1), folder);
        InputFiles files = new InputFiles(
                List.of(folder.resolve(SimulatedFiles.ORDERS)),
                List.of(folder.resolve(SimulatedFiles.CONTACTS)),
                Settings.of(Map.of()).timeLimit(Instant.now()));
        Selection selection = new Selection(null, Instant.parse("2014-08-04T00:00:00Z"), 1);
        ReplayPlan plan = new ReplayPlan(
                "fortnight", Settings.of(Map.of()), selection, Clock.systemUTC().instant());
        Path out = folder.resolve("run");
        new Replay(
                        plan,
                        FileHistory.read(files, Listeners.PRINTING),
                        out,
                        EnumSet.of(RunFormat.PARQUET),
                        Duration.ofMinutes(1),
                        1,
                        Listeners.PRINTING)
                .run();
        return out;
    }

    /** Columns as wide as they have to be, two spaces between them. */
    private static String table(Statement statement, String sql) throws SQLException {
        List<List<String>> rows = new ArrayList<>();
        try (ResultSet result = statement.executeQuery(sql)) {
            int columns = result.getMetaData().getColumnCount();
            List<String> names = new ArrayList<>();
            for (int column = 1; column <= columns; column++) {
                names.add(result.getMetaData().getColumnName(column));
            }
            rows.add(names);
            while (result.next()) {
                List<String> row = new ArrayList<>();
                for (int column = 1; column <= columns; column++) {
                    String value = result.getString(column);
                    row.add(value == null ? "-" : value);
                }
                rows.add(row);
            }
        }
        StringBuilder text = new StringBuilder();
        for (List<String> row : rows) {
            StringBuilder line = new StringBuilder();
            for (int column = 0; column < row.size(); column++) {
                int at = column;
                int width = Collections.max(
                        rows.stream().map(other -> other.get(at).length()).toList());
                line.append(row.get(column))
                        .append(" ".repeat(width - row.get(column).length() + 2));
            }
            text.append(line.toString().stripTrailing()).append('\n');
        }
        return text.toString();
    }
}
