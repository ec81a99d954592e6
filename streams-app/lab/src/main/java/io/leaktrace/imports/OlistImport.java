package io.leaktrace.imports;

import io.leaktrace.domain.Custodian;
import io.leaktrace.domain.OrderEvent;
import io.leaktrace.domain.Role;
import io.leaktrace.files.BadLineListener;
import io.leaktrace.files.BadRecordException;
import java.io.IOException;
import java.nio.file.Path;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;

/**
 * The "Brazilian E-Commerce Public Dataset by Olist", whole or in part, in its original CSV files. Sellers gain an
 * order's data when it is placed, payment channels when it is paid, an origin node when the carrier picks it up and a
 * station of the buyer's region when it is delivered. The two logistics nodes are not in the data: they are derived
 * from the zip codes of seller (first two digits) and buyer (first three).
 */
public final class OlistImport implements PublicData {

    private static final String ORDERS = "olist_orders_dataset.csv";
    private static final String ITEMS = "olist_order_items_dataset.csv";
    private static final String SELLERS = "olist_sellers_dataset.csv";
    private static final String CUSTOMERS = "olist_customers_dataset.csv";
    private static final String PAYMENTS = "olist_order_payments_dataset.csv";

    /** Brasília; summer time in some years and the hour by which the west is behind are ignored. */
    private static final ZoneOffset LOCAL = ZoneOffset.ofHours(-3);

    private static final int ORIGIN_DIGITS = 2;
    private static final int STATION_DIGITS = 3;
    private static final int ZIP_DIGITS = 5;

    private record Customer(String buyerId, Custodian station) {}

    private record Seller(Custodian seller, Custodian origin) {}

    @Override
    public String name() {
        return "olist";
    }

    @Override
    public void read(Path dir, Consumer<OrderEvent> events, BadLineListener badLines) throws IOException {
        Orders orders = orders(dir.resolve(ORDERS), customers(dir.resolve(CUSTOMERS), badLines), badLines);
        addSellers(dir.resolve(ITEMS), orders, sellers(dir.resolve(SELLERS), badLines), badLines);
        addChannels(dir.resolve(PAYMENTS), orders, badLines);
        EventsInOrder inOrder = new EventsInOrder();
        orders.good().values().forEach(order -> order.events().forEach(inOrder::add));
        inOrder.forEach(events);
    }

    /**
     * Good orders by id, and the ids of all orders; other rows of an order whose own row is bad are silently skipped.
     */
    private record Orders(Map<String, OlistOrder> good, Set<String> seen) {

        /** The order, or null if its own row was bad. */
        OlistOrder of(CsvRow row) throws BadRecordException {
            String orderId = row.text("order_id");
            if (!seen.contains(orderId)) {
                throw new BadRecordException("order '" + orderId + "' is not in " + ORDERS);
            }
            return good.get(orderId);
        }
    }

    private static Map<String, Customer> customers(Path file, BadLineListener badLines) throws IOException {
        Map<String, Customer> customers = new HashMap<>();
        CsvRows.read(
                file,
                List.of("customer_id", "customer_unique_id", "customer_zip_code_prefix"),
                row -> customers.put(
                        row.text("customer_id"),
                        new Customer(
                                row.text("customer_unique_id"),
                                node("station-", row, "customer_zip_code_prefix", STATION_DIGITS))),
                badLines);
        return customers;
    }

    private static Map<String, Seller> sellers(Path file, BadLineListener badLines) throws IOException {
        Map<String, Seller> sellers = new HashMap<>();
        CsvRows.read(
                file,
                List.of("seller_id", "seller_zip_code_prefix"),
                row -> sellers.put(
                        row.text("seller_id"),
                        new Seller(
                                new Custodian(Role.SELLER, row.text("seller_id")),
                                node("origin-", row, "seller_zip_code_prefix", ORIGIN_DIGITS))),
                badLines);
        return sellers;
    }

    private static Orders orders(Path file, Map<String, Customer> customers, BadLineListener badLines)
            throws IOException {
        Orders orders = new Orders(new LinkedHashMap<>(), new HashSet<>());
        CsvRows.read(
                file,
                List.of(
                        "order_id",
                        "customer_id",
                        "order_status",
                        "order_purchase_timestamp",
                        "order_approved_at",
                        "order_delivered_carrier_date",
                        "order_delivered_customer_date"),
                row -> {
                    String orderId = row.text("order_id");
                    if (!orders.seen().add(orderId)) {
                        throw new BadRecordException("order '" + orderId + "' occurs a second time");
                    }
                    orders.good().put(orderId, order(orderId, row, customers));
                },
                badLines);
        return orders;
    }

    private static OlistOrder order(String orderId, CsvRow row, Map<String, Customer> customers)
            throws BadRecordException {
        Customer customer = customers.get(row.text("customer_id"));
        if (customer == null) {
            throw new BadRecordException("customer '" + row.text("customer_id") + "' is not in " + CUSTOMERS);
        }
        return new OlistOrder(
                orderId,
                customer.buyerId(),
                row.text("order_status").equals("canceled"),
                customer.station(),
                row.timeOrNull("order_purchase_timestamp", LOCAL),
                row.timeOrNull("order_approved_at", LOCAL),
                row.timeOrNull("order_delivered_carrier_date", LOCAL),
                row.timeOrNull("order_delivered_customer_date", LOCAL));
    }

    private static void addSellers(Path file, Orders orders, Map<String, Seller> sellers, BadLineListener badLines)
            throws IOException {
        CsvRows.read(
                file,
                List.of("order_id", "seller_id"),
                row -> {
                    OlistOrder order = orders.of(row);
                    Seller seller = sellers.get(row.text("seller_id"));
                    if (seller == null) {
                        throw new BadRecordException("seller '" + row.text("seller_id") + "' is not in " + SELLERS);
                    }
                    if (order != null) {
                        order.sellers().add(seller.seller());
                        order.origins().add(seller.origin());
                    }
                },
                badLines);
    }

    private static void addChannels(Path file, Orders orders, BadLineListener badLines) throws IOException {
        CsvRows.read(
                file,
                List.of("order_id", "payment_type"),
                row -> {
                    OlistOrder order = orders.of(row);
                    String type = row.text("payment_type");
                    // "not_defined" marks the few orders whose channel is unknown.
                    if (order != null && !type.equals("not_defined")) {
                        order.channels().add(new Custodian(Role.PAYMENT_CHANNEL, type));
                    }
                },
                badLines);
    }

    /** The node of a zip code's region. Some copies of the set lack the leading zeros of zip codes. */
    private static Custodian node(String prefix, CsvRow row, String column, int digits) throws BadRecordException {
        String zip = row.text(column);
        if (zip.length() > ZIP_DIGITS || !zip.chars().allMatch(c -> c >= '0' && c <= '9')) {
            throw new BadRecordException("'" + column + "' is not the beginning of a zip code: '" + zip + "'");
        }
        String whole = "0".repeat(ZIP_DIGITS - zip.length()) + zip;
        return new Custodian(Role.LOGISTICS_NODE, prefix + whole.substring(0, digits));
    }
}
