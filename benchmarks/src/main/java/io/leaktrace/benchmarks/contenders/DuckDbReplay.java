package io.leaktrace.benchmarks.contenders;

import io.leaktrace.benchmarks.market.Counts;
import io.leaktrace.benchmarks.market.Market;
import io.leaktrace.benchmarks.process.ContenderRun;
import io.leaktrace.domain.EventTime;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.stream.Stream;

/** What an analyst does with a history: two queries over Parquet, all at once and nothing continuous about it. */
final class DuckDbReplay implements Contender {

    private static final int THREADS = 2;

    private final Path parquet;
    private final Market market;
    private final Counts counts = new Counts();

    DuckDbReplay(ContenderRun run) {
        parquet = run.parquet();
        market = run.market();
    }

    @Override
    public void run() throws SQLException {
        try (Connection connection = DriverManager.getConnection("jdbc:duckdb:");
                Statement statement = connection.createStatement()) {
            statement.execute("SET threads = " + THREADS);
            statement.execute("CREATE VIEW orders AS FROM '" + parquet.resolve("orders-*.parquet") + "'");
            statement.execute("CREATE VIEW contacts AS FROM '" + parquet.resolve("contacts.parquet") + "'");
            try (ResultSet rows = statement.executeQuery("SELECT custodian, count(*) FROM "
                    + "(SELECT unnest(custodians) AS custodian FROM orders) GROUP BY custodian")) {
                while (rows.next()) {
                    counts.addExposures(rows.getString(1), rows.getLong(2));
                }
            }
            try (ResultSet rows = statement.executeQuery("SELECT custodian, count(*) FROM "
                    + "(SELECT unnest(o.custodians) AS custodian FROM contacts c JOIN orders o "
                    + "ON o.buyer_id = c.buyer_id AND o.occurred_at < c.contacted_at "
                    + "AND o.occurred_at >= c.contacted_at - INTERVAL " + Market.WINDOW / EventTime.DAY
                    + " DAY) GROUP BY custodian")) {
                while (rows.next()) {
                    counts.addFollowed(rows.getString(1), rows.getLong(2));
                }
            }
        }
    }

    @Override
    public String result() {
        return counts.checksum();
    }

    /** The files, which hold the whole history. */
    @Override
    public double stateBytesPerTouch() throws IOException {
        try (Stream<Path> files = Files.list(parquet)) {
            long bytes = 0;
            for (Path file : files.toList()) {
                bytes += Files.size(file);
            }
            return (double) bytes / market.touchesWithin(Market.SPAN);
        }
    }
}
