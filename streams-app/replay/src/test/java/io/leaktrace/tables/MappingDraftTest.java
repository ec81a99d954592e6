package io.leaktrace.tables;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.leaktrace.domain.OrderEvent;
import io.leaktrace.domain.ScamContact;
import io.leaktrace.files.JsonLines;
import io.leaktrace.privacy.Pseudonyms;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** First mappings of files that the examples of {@code docs/data.md} do not show. */
class MappingDraftTest {

    @TempDir
    private Path folder;

    private final List<OrderEvent> events = new ArrayList<>();
    private final List<ScamContact> contacts = new ArrayList<>();
    private final List<String> bad = new ArrayList<>();

    private void write(String name, String... lines) throws IOException {
        Files.writeString(folder.resolve(name), String.join("\n", lines) + "\n");
    }

    /** The mapping of the files, which is also read. */
    private String draft(String... names) throws IOException {
        List<Path> files = Stream.of(names).map(folder::resolve).toList();
        String draft = MappingDraft.of(files, folder, null, null);
        write("mapping.sql", draft);
        events.clear();
        contacts.clear();
        bad.clear();
        new SqlTables(List.of(folder.resolve("mapping.sql")), null, null)
                .read(Pseudonyms.NONE, events::add, contacts::add, line -> bad.add(line.toString()));
        return draft;
    }

    private static void assertContains(String part, String text) {
        assertTrue(text.contains(part), part + "\nis not in\n" + text);
    }

    @Test
    void formsOfTimesAreConverted() throws IOException {
        write(
                "orders.csv",
                "Order No.,Store ID,Customer,Ordered At,Approved At,Payment Method,Estimated delivery",
                "1,s,b,13/07/2024 09:05,1719799500,visa,2024-07-20",
                "2,s,b,14/07/2024 09:05,,visa,2024-07-20");
        write("complaints.csv", "Customer,Call date", "b,2024-07-15 00:00:00", "b,2024-07-16 00:00:00");
        String draft = draft("orders.csv", "complaints.csv");
        assertEquals(List.of(), bad);
        assertContains(
                "try_strptime(orders.\"Ordered At\", '%d/%m/%Y %H:%M') AS occurred_at,  -- by its name; without an offset",
                draft);
        assertContains("regexp_replace(complaints.\"Call date\", '[ T].*$', '') AS contacted_at", draft);
        assertEquals(
                List.of("PLACED 2024-07-13T09:05:00Z", "PLACED 2024-07-14T09:05:00Z", "PAID 2024-07-01T02:05:00Z"),
                events.stream()
                        .map(event -> event.type() + " " + event.occurredAt())
                        .toList());
        assertEquals("[PAYMENT_CHANNEL:visa]", events.get(2).custodians().toString());
        assertEquals("2024-07-15T23:59:59.999Z", contacts.get(0).contactedAt().toString());
    }

    @Test
    void filesWithTheSameColumnsAreOneTable() throws IOException {
        for (String month : List.of("05", "06")) {
            write(
                    "orders-" + month + ".csv",
                    "order_id,user_id,shop,created_at",
                    month + "1,b,s,2024-" + month + "-01T10:00:00Z");
        }
        String draft = draft("orders-05.csv", "orders-06.csv");
        assertContains(
                "CREATE VIEW orders_05 AS FROM read_csv(['orders-05.csv', 'orders-06.csv'], all_varchar = true);  -- 2 rows",
                draft);
        assertEquals(
                List.of("051", "061"), events.stream().map(OrderEvent::orderId).toList());
    }

    @Test
    void itsOwnFormIsRecognised() throws IOException {
        String order = "{\"eventId\":\"e1\",\"orderId\":\"o1\",\"buyerId\":\"b1\",\"type\":\"PLACED\","
                + "\"occurredAt\":\"2014-07-22T01:30:00Z\",\"custodians\":[{\"role\":\"SELLER\",\"id\":\"s-1\"}]}";
        String contact = "{\"contactId\":\"c1\",\"buyerId\":\"b1\",\"contactedAt\":\"2014-07-23T02:05:00Z\","
                + "\"reportedAt\":\"2014-07-23T05:00:00Z\",\"channel\":\"SMS\",\"caller\":\"k\",\"impersonated\":\"JD\","
                + "\"disclosed\":[\"PRODUCT\"],\"quotedOrderId\":\"o1\",\"loss\":null,\"disclosedMark\":\"m\","
                + "\"dialled\":\"VIRTUAL\",\"dialledOrderId\":\"o2\",\"payee\":\"p\",\"link\":\"l\"}";
        write("orders.jsonl", order, order.replace("e1", "e2").replace("PLACED", "PAID"));
        write("contacts.jsonl", contact);
        draft("orders.jsonl", "contacts.jsonl");
        assertEquals(List.of(), bad);
        assertEquals(order, JsonLines.line(events.get(0)));
        assertEquals(2, events.size());
        assertEquals(contact, JsonLines.line(contacts.get(0)));
    }

    @Test
    void whatIsMissingIsSaidAndWhatIsOddToo() throws IOException {
        List<String> orders = new ArrayList<>(List.of("订单号,店铺,客户,快递单号,下单时间"));
        for (int order = 100; order < 130; order++) {
            orders.add(order + ",甲店,k-" + order + ",SF" + order + ",2024-07-01 10:00:" + (order - 90));
        }
        write("orders.csv", orders.toArray(String[]::new));
        write("calls.csv", "手机号,来电时间,联系方式", "13800000000,2024-07-02 10:00:00,短信");
        write("stores.csv", "店铺,城市", "甲店,北京");
        String draft = draft("orders.csv", "calls.csv", "stores.csv");
        assertContains(
                "orders.\"客户\" AS buyer_id,       -- EDIT: every value occurs once, so no buyer ever returns", draft);
        assertContains("0% of them are buyers of the orders; EDIT: is it the same kind of id?", draft);
        assertContains("CASE calls.\"联系方式\" WHEN '短信' THEN 'SMS' ELSE 'OTHER' END AS channel", draft);
        assertContains("SET TimeZone = 'Asia/Shanghai';  -- EDIT if they are from elsewhere", draft);
        assertContains(
                "1 rows; EDIT: not used, it has no order; if it says more of buyers or custodians, join it by 店铺",
                draft);
        assertContains("-- Not found: logistics_node, payment_channel, service_provider, platform.", draft);
        assertEquals(30, events.size());

        write("orders.csv", "order_id,amount", "1,2.50");
        draft = draft("orders.csv");
        assertContains("NULL AS buyer_id,               -- EDIT: no column looks like the buyer", draft);
        assertContains("NULL AS occurred_at             -- EDIT: no column looks like this time", draft);
        assertContains("-- EDIT: none of these files looks like a list of scam calls", draft);
        assertEquals(1, bad.size());
        String nothing = MappingDraft.of(List.of(folder.resolve("stores.csv")), folder, null, null);
        assertContains("-- EDIT: none of these files has a column that looks like an order's number", nothing);
    }

    @Test
    void filesThatAreNoTablesAreRefused() throws IOException {
        write("a.xlsx", "");
        write("b.csv", "");
        write("c.doc", "");
        for (String[] one : new String[][] {
            {"a.xlsx", "a.xlsx is a spreadsheet; save the sheet as CSV"},
            {"b.csv", "b.csv is empty; its first line must have the names of the columns"},
            {"c.doc", "the format of "},
            {"d.csv", "d.csv does not exist"},
            {".", " is a folder; name the files in it"},
        }) {
            IOException e = assertThrows(IOException.class, () -> draft(one[0]));
            assertContains(one[1], e.getMessage());
        }
    }
}
