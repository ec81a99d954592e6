package io.leaktrace.imports;

import static io.leaktrace.domain.OrderEventType.CANCELLED;
import static io.leaktrace.domain.OrderEventType.DELIVERED;
import static io.leaktrace.domain.OrderEventType.PAID;
import static io.leaktrace.domain.OrderEventType.PICKED_UP;
import static io.leaktrace.domain.OrderEventType.PLACED;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.leaktrace.cli.Main;
import io.leaktrace.domain.Custodian;
import io.leaktrace.domain.OrderEvent;
import io.leaktrace.domain.OrderEventType;
import io.leaktrace.files.BadLine;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

class OlistImportTest {

    private static final String ORDER_COLUMNS = "\"order_id\",\"customer_id\",\"order_status\","
            + "\"order_purchase_timestamp\",\"order_approved_at\",\"order_delivered_carrier_date\","
            + "\"order_delivered_customer_date\",\"order_estimated_delivery_date\"";

    @TempDir
    Path dir;

    private final List<OrderEvent> events = new ArrayList<>();
    private final List<BadLine> bad = new ArrayList<>();

    @BeforeEach
    void aSmallSet() throws IOException {
        CsvFiles.write(
                dir,
                "olist_customers_dataset.csv",
                "\uFEFFcustomer_id,customer_unique_id,customer_zip_code_prefix,customer_city,customer_state",
                "k1,ana,69724,manaus,AM",
                "k2,ana,2975,\"sao paulo, centro\",SP");
        CsvFiles.write(
                dir,
                "olist_sellers_dataset.csv",
                "seller_id,seller_zip_code_prefix,seller_city,seller_state",
                "v1,13023,campinas,SP",
                "v2,13844,mogi guacu,SP",
                "v3,01001,sao paulo,SP");
        CsvFiles.write(
                dir,
                "olist_orders_dataset.csv",
                ORDER_COLUMNS,
                "a,k1,delivered,2017-10-02 10:56:33,2017-10-02 11:07:15,2017-10-04 19:55:00,2017-10-10 21:25:13,x",
                "b,k2,canceled,2017-10-01 08:00:00,2017-10-01 09:00:00,,,x");
        CsvFiles.write(
                dir,
                "olist_order_items_dataset.csv",
                "order_id,order_item_id,product_id,seller_id,shipping_limit_date,price,freight_value",
                "a,1,p,v1,2017-10-06 11:07:15,29.99,8.72",
                "a,2,p,v1,2017-10-06 11:07:15,29.99,8.72",
                "a,3,q,v2,2017-10-06 11:07:15,29.99,8.72",
                "a,4,q,v3,2017-10-06 11:07:15,29.99,8.72",
                "b,1,q,v3,2017-10-06 11:07:15,29.99,8.72");
        CsvFiles.write(
                dir,
                "olist_order_payments_dataset.csv",
                "order_id,payment_sequential,payment_type,payment_installments,payment_value",
                "a,1,credit_card,1,18.12",
                "a,2,voucher,1,2.00",
                "b,1,not_defined,1,0.00");
    }

    private void read() throws IOException {
        PublicData.named("olist").read(dir, events::add, bad::add);
    }

    private static OrderEvent event(String orderId, int number, OrderEventType type, String at, String... custodians) {
        return new OrderEvent(
                orderId + "-" + number,
                orderId,
                "ana",
                type,
                Instant.parse(at),
                Stream.of(custodians).map(Custodian::parse).toList());
    }

    @Test
    void anOrderBecomesTheEventsItHasTimesFor() throws IOException {
        read();
        assertEquals(List.of(), bad);
        assertEquals(
                List.of(
                        event("b", 1, PLACED, "2017-10-01T11:00:00Z", "SELLER:v3"),
                        event("b", 2, PAID, "2017-10-01T12:00:00Z"),
                        event("b", 5, CANCELLED, "2017-10-01T12:00:00Z"),
                        event("a", 1, PLACED, "2017-10-02T13:56:33Z", "SELLER:v1", "SELLER:v2", "SELLER:v3"),
                        event(
                                "a",
                                2,
                                PAID,
                                "2017-10-02T14:07:15Z",
                                "PAYMENT_CHANNEL:credit_card",
                                "PAYMENT_CHANNEL:voucher"),
                        event(
                                "a",
                                3,
                                PICKED_UP,
                                "2017-10-04T22:55:00Z",
                                "LOGISTICS_NODE:origin-01",
                                "LOGISTICS_NODE:origin-13"),
                        event("a", 4, DELIVERED, "2017-10-11T00:25:13Z", "LOGISTICS_NODE:station-697")),
                events);
    }

    @Test
    void aZipCodeThatLostItsZeroIsMadeWholeAgain() throws IOException {
        CsvFiles.write(
                dir,
                "olist_orders_dataset.csv",
                ORDER_COLUMNS,
                "a,k1,delivered,2017-10-02 10:56:33,,,,",
                "b,k2,delivered,2017-10-01 08:00:00,,,2017-10-03 08:00:00,");
        read();
        OrderEvent delivered = events.get(events.size() - 1);
        assertEquals(List.of(Custodian.parse("LOGISTICS_NODE:station-029")), delivered.custodians());
    }

    @Test
    void badRowsAreNamedAndSetAside() throws IOException {
        CsvFiles.write(
                dir,
                "olist_orders_dataset.csv",
                ORDER_COLUMNS,
                "a,k1,delivered,2017-10-02 10:56:33,,,,",
                "a,k1,delivered,2017-10-02 10:56:33,,,,",
                "b,k9,delivered,2017-10-02 10:56:33,,,,",
                "c,k1,delivered,yesterday,,,,",
                ",k1,delivered,2017-10-02 10:56:33,,,,",
                "d,k1,delivered");
        CsvFiles.write(
                dir, "olist_order_items_dataset.csv", "order_id,seller_id", "a,v1", "a,v9", "b,v1", "nowhere,v1");
        read();
        // An order that stands there twice gives the same event twice, and the pipeline counts it once.
        OrderEvent placed = event("a", 1, PLACED, "2017-10-02T13:56:33Z", "SELLER:v1", "SELLER:v9");
        assertEquals(List.of(placed, placed), events);
        assertEquals(
                List.of(
                        "line 7 of olist_orders_dataset.csv: it has 3 fields, the header has 8",
                        "row of the statement at line 35 of olist.sql: 'order_id' is missing",
                        "row of the statement at line 35 of olist.sql: order 'b': 'buyer_id' is missing",
                        "row of the statement at line 35 of olist.sql: order 'c': 'occurred_at' is no time as in"
                                + " 2024-07-22 09:30:00: 'yesterday'; convert other forms with strptime"),
                // The number of a row depends on the join.
                bad.stream()
                        .map(line -> line.toString().replaceAll("^row \\d+", "row"))
                        .sorted()
                        .toList());
    }

    @Test
    void aStrayQuoteCostsItsRowAndIsAFailure() throws IOException {
        List<String> rows = new ArrayList<>(List.of(ORDER_COLUMNS));
        for (int order = 1; order <= 12; order++) {
            String id = order == 3 ? "\"o3" : "o" + order;
            rows.add(id + ",k1,delivered,2017-10-02 10:56:33,,,,");
        }
        CsvFiles.write(dir, "olist_orders_dataset.csv", rows.toArray(String[]::new));
        CsvFiles.write(dir, "olist_order_items_dataset.csv", "order_id,seller_id", "o1,v1");
        CsvFiles.write(dir, "olist_order_payments_dataset.csv", "order_id,payment_type");
        read();
        assertEquals(11, events.size());
        assertEquals(
                List.of("line 4 of olist_orders_dataset.csv: a quote is opened and not closed on the line"),
                bad.stream().map(BadLine::toString).toList());

        StringWriter err = new StringWriter();
        CommandLine line = Main.commandLine();
        line.setErr(new PrintWriter(err, true));
        String out = dir.resolve("orders.jsonl").toString();
        assertEquals(1, line.execute("import", "olist", dir.toString(), "--out", out));
        assertTrue(err.toString().contains("11 order events; 1 rows left out"), err.toString());
        assertTrue(err.toString().contains("a quote is opened and not closed; they were left out"), err.toString());
        assertEquals(11, Files.readAllLines(dir.resolve("orders.jsonl")).size());
    }

    @Test
    void aSetOfWhichMostCannotBeUsedIsAFailure() throws IOException {
        CsvFiles.write(
                dir,
                "olist_orders_dataset.csv",
                ORDER_COLUMNS,
                "a,k9",
                "b,k9",
                "c,k1,delivered,2017-10-02 10:56:33,,,,");
        CsvFiles.write(dir, "olist_order_items_dataset.csv", "order_id,seller_id");
        CsvFiles.write(dir, "olist_order_payments_dataset.csv", "order_id,payment_type");
        StringWriter err = new StringWriter();
        CommandLine line = Main.commandLine();
        line.setErr(new PrintWriter(err, true));
        assertEquals(
                1,
                line.execute(
                        "import",
                        "olist",
                        dir.toString(),
                        "--out",
                        dir.resolve("o").toString()));
        assertTrue(err.toString().contains("2 of the 3 lines of"), err.toString());
    }

    @Test
    void aMissingFileOrColumnIsAnError() throws IOException {
        CsvFiles.write(dir, "olist_sellers_dataset.csv", "seller_id", "v1");
        IOException e = assertThrows(IOException.class, this::read);
        assertTrue(e.getMessage().contains("olist.sql, line 17: "), e.getMessage());
        assertTrue(e.getMessage().contains("column \"seller_zip_code_prefix\" not found"), e.getMessage());
        assertThrows(IOException.class, () -> PublicData.named("olist").read(dir.resolve("none"), x -> {}, x -> {}));
    }

    @Test
    void theRealSetIsReadWithoutABadRow() throws IOException {
        PublicData.named("olist").read(CsvFiles.realData("olist"), events::add, bad::add);
        assertEquals(List.of(), bad);
        assertTrue(events.size() > 30_000, "events " + events.size());
        assertTrue(events.stream().map(OrderEvent::orderId).distinct().count() > 11_000);
        for (int i = 1; i < events.size(); i++) {
            assertTrue(!events.get(i).occurredAt().isBefore(events.get(i - 1).occurredAt()), "sorted at " + i);
        }
    }
}
