package io.leaktrace.benchmarks.market;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;

/**
 * A history of 400 days in files, written by DuckDB: four events of each order, contacts of random buyers, and one
 * seller whose orders of the last 60 days leak. Every value is a hash of its row's number, so that any number of events
 * can be written, in order or not, without holding them. Texts are hashed: hashes of a number with different texts have
 * equal bits.
 */
public final class LongHistory {

    /** The seller that leaks. */
    public static final String LEAKER = "s-7";

    private static final int DAYS = 400;
    private static final int LEAKING_DAYS = 60;
    private static final int EVENTS_PER_ORDER = 4;
    private static final long START_MILLIS = 1_717_200_000_000L;

    /** A prime above any number of events: its multiples, modulo that number, are a permutation of all. */
    private static final long STRIDE = 2_147_483_647L;

    private final long events;
    private final int buyers;
    private final int contacts;

    /**
     * @param events number of order events, a multiple of 4 below 2³¹
     * @param contacts number of contacts of the background
     */
    public LongHistory(long events, int buyers, int contacts) {
        if (events < EVENTS_PER_ORDER || events % EVENTS_PER_ORDER != 0 || events >= STRIDE) {
            throw new IllegalArgumentException("the number of events must be a multiple of 4 below " + STRIDE);
        }
        this.events = events;
        this.buyers = buyers;
        this.contacts = contacts;
    }

    /** Writes {@code orders.parquet}, {@code contacts.parquet}, both compressed with zstd, and {@code mapping.sql}. */
    public void writeParquet(Path folder) throws IOException, SQLException {
        copy(folder, columns(orders(1)), contacts(), ".parquet", "parquet");
        Files.writeString(folder.resolve("mapping.sql"), "FROM 'orders.parquet';\nFROM 'contacts.parquet';\n");
    }

    /**
     * Writes {@code orders.jsonl.zst} and {@code contacts.jsonl.zst}.
     *
     * @param shuffled whether rows that follow each other in time lie far apart in the file
     */
    public void writeJsonLines(Path folder, boolean shuffled) throws IOException, SQLException {
        String contactLines = "SELECT contact_id AS contactId, buyer_id AS buyerId, " + iso("contacted_at")
                + " AS contactedAt, " + iso("reported_at") + " AS reportedAt, channel, disclosed, "
                + "quoted_order_id AS quotedOrderId FROM (" + contacts() + ")";
        copy(folder, lines(orders(shuffled ? STRIDE : 1)), contactLines, ".jsonl.zst", "json");
    }

    private static void copy(Path folder, String orders, String contacts, String extension, String format)
            throws IOException, SQLException {
        Files.createDirectories(folder);
        try (Connection connection = DriverManager.getConnection("jdbc:duckdb:");
                Statement statement = connection.createStatement()) {
            String options = "' (FORMAT " + format + ", COMPRESSION zstd)";
            statement.execute("COPY (" + orders + ") TO '" + folder.resolve("orders" + extension) + options);
            statement.execute("COPY (" + contacts + ") TO '" + folder.resolve("contacts" + extension) + options);
        }
    }

    private static String iso(String time) {
        return "strftime(" + time + ", '%Y-%m-%dT%H:%M:%S.%gZ')";
    }

    /** Raw numbers of the order events, in steps of a stride. */
    private String orders(long stride) {
        long orders = events / EVENTS_PER_ORDER;
        return "SELECT (row // " + EVENTS_PER_ORDER + ") AS o, (row % " + EVENTS_PER_ORDER + ") AS step, "
                + millis("o", orders) + " + step * (6 + hash('s-' || o) % 12)::BIGINT * 3600000 AS ms, "
                + buyer("o") + " AS buyer, " + seller("o") + " AS seller, (hash('hub-' || o) % 60)::BIGINT AS hub "
                + "FROM (SELECT (range * " + stride + ") % " + events + " AS row FROM range(" + events + "))";
    }

    private static String millis(String order, long orders) {
        return "(" + START_MILLIS + " + " + order + " * " + DAYS * 86_400_000L + " // " + orders + ")";
    }

    private String buyer(String order) {
        return "(hash('buyer-' || " + order + ") % " + buyers + ")::BIGINT";
    }

    /** Few sellers have many orders: their numbers are products of two uniform ones. */
    private static String seller(String order) {
        return "((hash('seller-' || " + order + ") % 50)::BIGINT * (hash('part-' || " + order + ") % 40)::BIGINT)";
    }

    private static String columns(String numbers) {
        return "SELECT 'o-' || o AS order_id, 'e-' || o || '-' || step AS event_id, 'b-' || buyer AS buyer_id, "
                + type() + " AS type, make_timestamp_ms(ms) AT TIME ZONE 'UTC' AS occurred_at, "
                + "CASE step WHEN 0 THEN 's-' || seller END AS seller, "
                + "CASE step WHEN 1 THEN 'p-' || o % 4 END AS payment_channel, "
                + "CASE WHEN step >= 2 THEN 'h-' || (hub + 60 * (step - 2)) END AS logistics_node FROM ("
                + numbers + ")";
    }

    private static String lines(String numbers) {
        return "SELECT event_id AS eventId, order_id AS orderId, buyer_id AS buyerId, type, " + iso("occurred_at")
                + " AS occurredAt, [{'role': CASE WHEN seller IS NOT NULL THEN 'SELLER' WHEN payment_channel IS NOT NULL"
                + " THEN 'PAYMENT_CHANNEL' ELSE 'LOGISTICS_NODE' END, 'id': coalesce(seller, payment_channel,"
                + " logistics_node)}] AS custodians FROM (" + columns(numbers) + ")";
    }

    private static String type() {
        return "CASE step WHEN 0 THEN 'PLACED' WHEN 1 THEN 'PAID' WHEN 2 THEN 'ARRIVED' ELSE 'DELIVERED' END";
    }

    private String contacts() {
        long orders = events / EVENTS_PER_ORDER;
        long leaking = orders * (DAYS - LEAKING_DAYS) / DAYS;
        String background = "SELECT 'c-' || range AS contact_id, (hash('who-' || range) % " + buyers
                + ")::BIGINT AS buyer, " + START_MILLIS + " + (hash('when-' || range) % " + DAYS
                + ")::BIGINT * 86400000 + (9 + hash('hour-' || range) % 11)::BIGINT * 3600000 AS ms, "
                + "['NAME', 'PHONE'] AS disclosed, NULL AS quoted FROM range(" + contacts + ")";
        String leak = "SELECT 'l-' || range AS contact_id, " + buyer("range") + " AS buyer, " + millis("range", orders)
                + " + (20 + hash('lead-' || range) % 60)::BIGINT * 3600000 AS ms, "
                + "['NAME', 'PHONE', 'PRODUCT'] AS disclosed, 'o-' || range AS quoted FROM range(" + leaking + ", "
                + orders + ") WHERE " + seller("range") + " = " + LEAKER.substring(2)
                + " AND hash('victim-' || range) % 20 = 0";
        return "SELECT contact_id, 'b-' || buyer AS buyer_id, make_timestamp_ms(ms) AT TIME ZONE 'UTC' AS contacted_at, "
                + "make_timestamp_ms(ms + (hash(contact_id) % 21600000)::BIGINT) AT TIME ZONE 'UTC' AS reported_at, "
                + "'CALL' AS channel, disclosed, quoted AS quoted_order_id FROM (" + background + " UNION ALL " + leak
                + ") WHERE ms < " + (START_MILLIS + DAYS * 86_400_000L);
    }

    /** The arguments of {@code leaktrace replay} for the files in a folder. */
    public static List<String> replayOptions(Path folder) {
        return Files.exists(folder.resolve("mapping.sql"))
                ? List.of("--input", folder.resolve("mapping.sql").toString())
                : List.of(
                        "--orders",
                        folder.resolve("orders.jsonl.zst").toString(),
                        "--contacts",
                        folder.resolve("contacts.jsonl.zst").toString());
    }
}
