package io.leaktrace.benchmarks.market;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.concurrent.TimeUnit;
import org.duckdb.DuckDBAppender;
import org.duckdb.DuckDBConnection;

/** The same market as an analyst would have it: {@code orders-*.parquet} and {@code contacts.parquet} in a folder. */
public final class MarketParquet {

    /** So many orders are held in memory at a time. */
    private static final long ORDERS_PER_FILE = 2_000_000;

    private MarketParquet() {}

    public static void write(Market market, Path folder) throws IOException, SQLException {
        Files.createDirectories(folder);
        try (Connection connection = DriverManager.getConnection("jdbc:duckdb:");
                Statement statement = connection.createStatement()) {
            DuckDBConnection duck = connection.unwrap(DuckDBConnection.class);
            statement.execute("CREATE TABLE orders (order_id VARCHAR, buyer_id VARCHAR, occurred_at TIMESTAMP, "
                    + "seller VARCHAR, first VARCHAR, second VARCHAR, third VARCHAR)");
            for (long from = 0; from < market.orders(); from += ORDERS_PER_FILE) {
                append(duck, market, from, Math.min(market.orders(), from + ORDERS_PER_FILE));
                Path file = folder.resolve("orders-" + from / ORDERS_PER_FILE + ".parquet");
                statement.execute("COPY (SELECT order_id, buyer_id, occurred_at, [seller, first, second, third] AS "
                        + "custodians FROM orders) TO '" + file + "' (FORMAT parquet)");
                statement.execute("DELETE FROM orders");
            }
            statement.execute("CREATE TABLE contacts (contact_id VARCHAR, buyer_id VARCHAR, contacted_at TIMESTAMP, "
                    + "reported_at TIMESTAMP)");
            try (DuckDBAppender appender = duck.createAppender(DuckDBConnection.DEFAULT_SCHEMA, "contacts")) {
                for (Contact contact : market.contactsAsReported()) {
                    appender.beginRow();
                    appender.append(contact.contactId());
                    appender.append(contact.buyerId());
                    appender.append(timestamp(contact.contactedAt()));
                    appender.append(timestamp(contact.reportedAt()));
                    appender.endRow();
                }
            }
            statement.execute("COPY contacts TO '" + folder.resolve("contacts.parquet") + "' (FORMAT parquet)");
        }
    }

    private static void append(DuckDBConnection duck, Market market, long from, long to) throws SQLException {
        try (DuckDBAppender appender = duck.createAppender(DuckDBConnection.DEFAULT_SCHEMA, "orders")) {
            for (long number = from; number < to; number++) {
                Order order = market.order(number);
                appender.beginRow();
                appender.append(order.orderId());
                appender.append(order.buyerId());
                appender.append(timestamp(order.time()));
                appender.append(order.seller().toString());
                appender.append(order.first().toString());
                appender.append(order.second().toString());
                appender.append(order.third().toString());
                appender.endRow();
            }
        }
    }

    private static LocalDateTime timestamp(long millis) {
        long seconds = Math.floorDiv(millis, 1000L);
        long nanos = TimeUnit.MILLISECONDS.toNanos(Math.floorMod(millis, 1000L));
        return LocalDateTime.ofEpochSecond(seconds, (int) nanos, ZoneOffset.UTC);
    }
}
