package io.leaktrace.tables;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.leaktrace.domain.ContactDetails;
import io.leaktrace.domain.Dialled;
import io.leaktrace.domain.OrderEvent;
import io.leaktrace.domain.ScamContact;
import io.leaktrace.files.BadLine;
import io.leaktrace.files.InvalidRecordException;
import io.leaktrace.files.JsonLines;
import io.leaktrace.files.RecordSteps;
import io.leaktrace.privacy.PseudonymKey;
import io.leaktrace.privacy.Pseudonyms;
import io.leaktrace.testing.EndedThreads;
import io.leaktrace.testing.Seed;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SqlTablesTest {

    private static final String FOUR_COLUMNS =
            "SELECT orderid AS order_id, userid AS buyer_id, event_time AS occurred_at, shopid AS seller FROM ";

    @TempDir
    private Path folder;

    private final List<OrderEvent> events = new ArrayList<>();
    private final List<ScamContact> contacts = new ArrayList<>();
    private final List<BadLine> bad = new ArrayList<>();

    private void write(String name, String... lines) throws IOException {
        Files.writeString(folder.resolve(name), String.join("\n", lines) + "\n");
    }

    private SqlTables read(String mapping, String zone, Pseudonyms pseudonyms) throws IOException {
        write("mapping.sql", mapping);
        events.clear();
        contacts.clear();
        bad.clear();
        SqlTables tables =
                new SqlTables(List.of(folder.resolve("mapping.sql")), zone == null ? null : ZoneId.of(zone), null);
        tables.read(pseudonyms, events::add, contacts::add, bad::add);
        return tables;
    }

    private SqlTables read(String mapping) throws IOException {
        return read(mapping, null, Pseudonyms.NONE);
    }

    private String error(String mapping) {
        IOException e = assertThrows(IOException.class, () -> read(mapping), mapping);
        return e.getMessage()
                .replace(folder.resolve("mapping.sql").toString(), "M")
                .replace(folder + "", "DIR");
    }

    private List<String> badLines() {
        return bad.stream().map(BadLine::toString).toList();
    }

    @Test
    void columnsAreFieldsWhateverTheirCaseAndUnderscores() throws IOException {
        SqlTables tables = read("""
                CREATE VIEW rows AS SELECT 17 AS number, 'b' AS buyer;
                -- order events
                SELECT number AS orderId, buyer AS "BUYER_ID", TIMESTAMPTZ '2024-07-01 10:00:00+08' AS "Occurred At",
                       ['s-2', 's-1', 's-2', NULL, ' '] AS seller, 'hub' AS LogisticsNode, NULL AS platform,
                       ['PLATFORM:desk', 'SERVICE_PROVIDER:erp:1'] AS custodians, 1 AS other
                FROM rows;
                SELECT buyer AS buyer_id, '2024-07-02T10:00:00+08:00' AS contactedAt, 'product, Price' AS disclosed,
                       'sms' AS channel, 12.5 AS loss_amount, 'cny' AS loss_currency, 'police' AS source
                FROM rows;
                """);
        assertEquals(List.of(), bad);
        assertEquals(
                "{\"eventId\":\"ab6d75eda798cddaf87999cfc89de2cf\",\"orderId\":\"17\",\"buyerId\":\"b\",\"type\":\"PLACED\","
                        + "\"occurredAt\":\"2024-07-01T02:00:00Z\",\"custodians\":[{\"role\":\"LOGISTICS_NODE\",\"id\":\"hub\"},"
                        + "{\"role\":\"PLATFORM\",\"id\":\"desk\"},{\"role\":\"SELLER\",\"id\":\"s-1\"},"
                        + "{\"role\":\"SELLER\",\"id\":\"s-2\"},{\"role\":\"SERVICE_PROVIDER\",\"id\":\"erp:1\"}]}",
                JsonLines.line(events.get(0)));
        assertEquals(
                "{\"contactId\":\"?\",\"buyerId\":\"b\",\"contactedAt\":\"2024-07-02T02:00:00Z\","
                        + "\"reportedAt\":\"2024-07-02T02:00:00Z\",\"channel\":\"SMS\",\"caller\":null,\"impersonated\":null,"
                        + "\"disclosed\":[\"PRODUCT\",\"PRICE\"],\"quotedOrderId\":null,"
                        + "\"loss\":{\"amount\":\"12.5\",\"currency\":\"CNY\"},\"source\":\"POLICE\"}",
                JsonLines.line(contacts.get(0)).replaceAll("[0-9a-f]{32}", "?"));
        assertEquals(List.of("Not used, in the statement at line 3 of mapping.sql: the column other."), tables.notes());
        assertEquals(1, tables.ordersRead());
    }

    @Test
    void custodiansAreStructsOrJsonToo() throws IOException {
        for (String custodians : List.of(
                "[{'role': 'SELLER', 'id': 's'}, {'role': 'PLATFORM', 'id': 'p'}]",
                "'[{\"role\":\"seller\",\"id\":\"s\"},{\"ROLE\":\"PLATFORM\",\"ID\":\"p\"}]'",
                "'[\"SELLER:s\",\"PLATFORM:p\"]'::JSON",
                "'SELLER:s, platform:p'")) {
            read("SELECT 'o' AS order_id, 'b' AS buyer_id, '2024-07-01 00:00:01' AS occurred_at, " + custodians
                    + " AS custodians;");
            assertEquals("[PLATFORM:p, SELLER:s]", events.get(0).custodians().toString(), custodians);
        }
        read(
                "SELECT 'o' AS order_id, 'b' AS buyer_id, 'cancelled' AS type, '2024-07-01 00:00:01' AS occurred_at, 's' AS "
                        + "seller;");
        assertEquals(List.of(), events.get(0).custodians(), "of a cancelled order");
        assertEquals(List.of(), bad);
    }

    @Test
    void aCustodianSaysWhatItSaw() throws IOException {
        for (String saw : List.of("['NAME', 'product']", "'PRODUCT, name'", "'[\"NAME\",\"PRODUCT\"]'::JSON")) {
            read("SELECT 'o' AS order_id, 'b' AS buyer_id, '2024-07-01 00:00:01' AS occurred_at, "
                    + "[{'role': 'SELLER', 'id': 's', 'saw': " + saw + "}] AS custodians;");
            assertEquals("{SELLER:s=[PRODUCT, NAME]}", events.get(0).saw().toString(), saw);
        }
        String withSaw = events.get(0).eventId();
        for (String saw : List.of("NULL", "''")) {
            read("SELECT 'o' AS order_id, 'b' AS buyer_id, '2024-07-01 00:00:01' AS occurred_at, "
                    + "[{'role': 'SELLER', 'id': 's', 'saw': " + saw + "}] AS custodians;");
            assertEquals(Map.of(), events.get(0).saw(), saw);
            assertNotEquals(withSaw, events.get(0).eventId());
        }
        read("SELECT 'o' AS order_id, 'b' AS buyer_id, '2024-07-01 00:00:01' AS occurred_at, "
                + "[{'role': 'SELLER', 'id': 's', 'saw': []::VARCHAR[]}] AS custodians;");
        assertEquals("{SELLER:s=[]}", events.get(0).saw().toString());
        assertEquals(List.of(), bad);
    }

    @Test
    void marksAreRead() throws IOException {
        String contact = "SELECT 'b' AS buyer_id, '2024-07-02 00:00:01' AS contacted_at, %s AS disclosed_mark;";
        read("SELECT 'o' AS order_id, 'b' AS buyer_id, '2024-07-01 00:00:01' AS occurred_at, "
                + "[{'role': 'SELLER', 'id': 's', 'mark': 'J.'}] AS custodians; " + contact.formatted("'J.'"));
        assertEquals("{SELLER:s=J.}", events.get(0).marks().toString());
        assertEquals("J.", contacts.get(0).details().disclosedMark());
        String withMark = contacts.get(0).contactId();
        read(contact.formatted("NULL"));
        assertEquals(null, contacts.get(0).details().disclosedMark());
        assertNotEquals(withMark, contacts.get(0).contactId());
        assertEquals(List.of(), bad);
    }

    @Test
    void furtherEvidenceOfContactsIsRead() throws IOException {
        String contact = "SELECT 'b' AS buyer_id, '2024-07-02 00:00:01' AS contacted_at, 'virtual' AS dialled, "
                + "'o' AS dialled_order_id, %s AS payee, 'l' AS link;";
        read(contact.formatted("'p'"));
        assertEquals(
                new ContactDetails(null, Dialled.VIRTUAL, "o", "p", "l"),
                contacts.get(0).details());
        String id = contacts.get(0).contactId();
        read(contact.formatted("NULL"));
        assertNotEquals(id, contacts.get(0).contactId());
        assertEquals(List.of(), bad);
    }

    @Test
    void whetherTheBuyerIsADecoyIsRead() throws IOException {
        String select =
                "SELECT 'o' AS order_id, 'b' AS buyer_id, '2024-07-01 00:00:01' AS occurred_at, 's' AS seller, %s AS decoy;";
        for (String yes : List.of("true", "1", "'Yes'")) {
            read(select.formatted(yes));
            assertTrue(events.get(0).decoy(), yes);
        }
        String ofDecoy = events.get(0).eventId();
        for (String no : List.of("false", "0", "NULL", "'no'")) {
            read(select.formatted(no));
            assertFalse(events.get(0).decoy(), no);
            assertNotEquals(ofDecoy, events.get(0).eventId());
        }
        assertEquals(List.of(), bad);
    }

    @Test
    void linesOfItsOwnFormNeedNoNames() throws IOException {
        String contact = "{\"contactId\":\"c\",\"buyerId\":\"b\",\"contactedAt\":\"2024-07-02T02:00:00Z\","
                + "\"reportedAt\":\"2024-07-02T02:00:00.500Z\",\"channel\":\"CALL\",\"caller\":null,\"impersonated\":null,"
                + "\"disclosed\":[\"PRICE\"],\"quotedOrderId\":null,\"loss\":null}";
        write("t.jsonl", contact);
        assertEquals(List.of(), read("SELECT * FROM 't.jsonl';").notes());
        assertEquals(contact, JsonLines.line(contacts.get(0)));
    }

    @Test
    void timesMayHaveManyForms() throws IOException {
        record Time(String sql, String zone, String placed, String called) {
            Time(String sql, String zone, String at) {
                this(sql, zone, at, at);
            }
        }
        String shanghai = "Asia/Shanghai";
        List<Time> times = List.of(
                new Time("TIMESTAMP '2024-07-01 10:00:00.1234'", shanghai, "2024-07-01T02:00:00.123Z"),
                new Time("TIMESTAMPTZ '2024-07-01 10:00:00+00'", shanghai, "2024-07-01T10:00:00Z"),
                // The session's zone is that of the mapping.
                new Time("CAST(TIMESTAMP '2024-07-01 10:00:00' AS TIMESTAMPTZ)", shanghai, "2024-07-01T02:00:00Z"),
                new Time("TIMESTAMP_NS '2024-07-01 10:00:00'", "+05:00", "2024-07-01T05:00:00Z"),
                new Time("'2024-07-01T10:00:00Z'", shanghai, "2024-07-01T10:00:00Z"),
                new Time("'2024-07-01 10:00:00+0800'", "UTC", "2024-07-01T02:00:00Z"),
                new Time("'2024/7/1 9:05'", shanghai, "2024-07-01T01:05:00Z"),
                new Time("'2024年7月1日 09:05:06'", shanghai, "2024-07-01T01:05:06Z"),
                new Time("1719799500000", shanghai, "2024-07-01T02:05:00Z"),
                new Time("'1719799500'", shanghai, "2024-07-01T02:05:00Z"),
                new Time("1719799500000000", shanghai, "2024-07-01T02:05:00Z"),
                new Time("20240701100500", shanghai, "2024-07-01T02:05:00Z"),
                new Time("DATE '2024-07-01'", shanghai, "2024-06-30T16:00:00Z", "2024-07-01T15:59:59.999Z"),
                new Time("'2024-07-01'", shanghai, "2024-06-30T16:00:00Z", "2024-07-01T15:59:59.999Z"),
                new Time("20240701", "UTC", "2024-07-01T00:00:00Z", "2024-07-01T23:59:59.999Z"),
                // Clocks are set forward at 2:00 and back at 3:00: the first does not exist, the second exists twice.
                new Time("'2024-03-31 02:30:00'", "Europe/Berlin", "2024-03-31T01:30:00Z"),
                new Time("'2024-10-27 02:30:00'", "Europe/Berlin", "2024-10-27T00:30:00Z"));
        for (Time time : times) {
            SqlTables tables = read(
                    "SELECT 'o' AS order_id, 'b' AS buyer_id, " + time.sql + " AS occurred_at, 's' AS seller;"
                            + "SELECT 'b' AS buyer_id, " + time.sql + " AS contacted_at;",
                    time.zone,
                    Pseudonyms.NONE);
            assertEquals(List.of(), bad, time.sql);
            assertEquals(time.placed, events.get(0).occurredAt().toString(), time.sql);
            assertEquals(time.called, contacts.get(0).contactedAt().toString(), time.sql);
            assertEquals(time.called, contacts.get(0).reportedAt().toString(), time.sql);
            List<String> notes = new ArrayList<>(tables.notes());
            if (!time.placed.equals(time.called)) {
                assertTrue(notes.remove(0).startsWith("1 order events have a date without a time"), time.sql);
                assertTrue(notes.remove(0).startsWith("1 contacts have a date without a time"), time.sql);
            }
            if (time.zone.equals("Europe/Berlin")) {
                assertTrue(notes.remove(0).startsWith("2 local times are unclear"), time.sql);
            }
            assertEquals(List.of(), notes, time.sql);
        }
    }

    @Test
    void aCallOfTheDayOfItsReportIsNotAfterIt() throws IOException {
        read(
                "SELECT 'b' AS buyer_id, DATE '2024-07-01' AS contacted_at, TIMESTAMP '2024-07-01 18:00:00' AS reported_at;"
                        + "SELECT 'b' AS buyer_id, DATE '2024-07-01' AS contacted_at, DATE '2024-07-03' AS reported_at;");
        assertEquals("2024-07-01T18:00:00Z", contacts.get(0).contactedAt().toString());
        assertEquals("2024-07-01T23:59:59.999Z", contacts.get(1).contactedAt().toString());
        assertEquals("2024-07-03T23:59:59.999Z", contacts.get(1).reportedAt().toString());
    }

    @Test
    void theMappingMaySayTheZoneAndTheCommandMaySayAnother() throws IOException {
        String mapping = "SET TimeZone = 'Asia/Shanghai';\nSELECT 'o' AS order_id, 'b' AS buyer_id, "
                + "'2024-07-01 10:00:00' AS occurred_at, 's' AS seller;";
        read(mapping);
        assertEquals("2024-07-01T02:00:00Z", events.get(0).occurredAt().toString());
        SqlTables tables = read(mapping, "+09:00", Pseudonyms.NONE);
        assertEquals("2024-07-01T01:00:00Z", events.get(0).occurredAt().toString());
        assertEquals("+09:00", tables.described().get("timeZone"));
        String without = mapping.substring(mapping.indexOf('\n'));
        assertTrue(read(without)
                .notes()
                .get(0)
                .startsWith("1 times have no offset and are read as UTC; if they are local"));
    }

    @Test
    void textMayHaveAnyUsualEncoding() throws IOException {
        String csv = "订单号,店铺,买家,下单时间\n1,甲店,b-1,2024-07-01 10:00:00\n2,乙店,b-2,2024-07-01 11:00:00\n";
        String mapping = "SELECT 订单号 AS order_id, 店铺 AS seller, 买家 AS buyer_id, 下单时间 AS occurred_at FROM 't.csv';";
        Charset utf16 = StandardCharsets.UTF_16LE;
        List<byte[]> files = List.of(
                csv.getBytes(StandardCharsets.UTF_8),
                ("\uFEFF" + csv).getBytes(StandardCharsets.UTF_8),
                ("\uFEFF" + csv).getBytes(utf16),
                ("\uFEFF" + csv).getBytes(StandardCharsets.UTF_16BE),
                csv.getBytes(utf16),
                csv.replace("\n", "\r\n").getBytes(Charset.forName("GBK")));
        List<String> notes = List.of("", "", "UTF-16LE", "UTF-16BE", "UTF-16LE", "GB18030");
        for (int i = 0; i < files.size(); i++) {
            Files.write(folder.resolve("t.csv"), files.get(i));
            String read = String.join(" ", read(mapping, "UTC", Pseudonyms.NONE).notes());
            assertEquals(List.of(), bad);
            assertEquals("[SELLER:甲店]", events.get(0).custodians().toString(), "file " + i);
            assertEquals("[SELLER:乙店]", events.get(1).custodians().toString(), "file " + i);
            String how = i < 4 ? "." : " (detected; --encoding sets another).";
            assertEquals(notes.get(i).isEmpty() ? "" : "t.csv is read as " + notes.get(i) + how, read);
        }
        // The copies of the last file are gone, and the file is as it was.
        assertEquals(files.get(5).length, Files.size(folder.resolve("t.csv")));
        try (Stream<Path> left = Files.list(folder)) {
            assertEquals(2, left.count());
        }
        Files.write(folder.resolve("t.csv"), csv.getBytes(StandardCharsets.UTF_8));
        write("mapping.sql", mapping);
        SqlTables given = new SqlTables(List.of(folder.resolve("mapping.sql")), null, SqlTables.encoding("GBK"));
        assertThrows(IOException.class, () -> given.read(Pseudonyms.NONE, events::add, contacts::add, bad::add));
    }

    @Test
    void damagedBytesCostTheirRowsOnly() throws IOException {
        StringBuilder csv = new StringBuilder("orderid,shopid,userid,event_time\n");
        for (int order = 0; order < 40; order++) {
            csv.append(order).append(",店,b,2024-07-01 10:00:00\n");
        }
        byte[] bytes = csv.toString().getBytes(StandardCharsets.UTF_8);
        // The shop of the first order, three bytes long.
        bytes[csv.indexOf("店")] = (byte) 0xFF;
        Files.write(folder.resolve("t.csv"), bytes);
        write("mapping.sql", FOUR_COLUMNS + "'t.csv';");
        SqlTables tables = new SqlTables(List.of(folder.resolve("mapping.sql")), ZoneId.of("UTC"), null);
        tables.read(
                Pseudonyms.NONE,
                event -> {
                    if (event.custodians().toString().contains("\uFFFD")) {
                        throw new InvalidRecordException("custodian.id is not valid text");
                    }
                    events.add(event);
                },
                contacts::add,
                bad::add);
        assertEquals(39, events.size());
        assertEquals(
                List.of("row 1 of the statement at line 1 of mapping.sql: order '0': custodian.id is not valid text"),
                badLines());
        assertEquals(
                List.of("t.csv is read as UTF-8, but has bytes that are not (detected; --encoding sets another)."),
                tables.notes());
    }

    @Test
    void filesAreFoundFromTheMappingWhereverTheyAreNamed() throws IOException {
        Files.createDirectories(folder.resolve("parts"));
        write("parts/a-1.csv", "orderid,shopid,userid,event_time", "007,s-1,b,2024-07-01 10:00:00");
        write("parts/a-2.csv", "userid;orderid;event_time;shopid", "b;8;2024-07-01 10:00:00;s-2");
        write(
                "t.jsonl",
                "{\"orderid\":9,\"shopid\":\"s-3\",\"userid\":\"b\",\"event_time\":\"2024-07-01T10:00:00+08:00\"}");
        write(
                "t.json",
                "[",
                "{\"orderid\":10,\"shopid\":\"s-3\",\"userid\":\"b\",\"event_time\":\"2024-07-01T10:00:00+08:00\"}]");
        write("pipes.txt", "orderid|shopid|userid|event_time", "#11|s|4|2024-07-01 10:00:00");
        try (OutputStream gzip = new GZIPOutputStream(Files.newOutputStream(folder.resolve("packed.csv")))) {
            gzip.write("orderid,shopid,userid,event_time\n12,\"s, 4\",b,2024-07-01 10:00:00\n"
                    .getBytes(StandardCharsets.UTF_8));
        }
        for (String[] one : new String[][] {
            {"'parts/a-*.csv'", "007 8"},
            {"'./parts/**.csv' AS t", "007 8"},
            {"\"t.jsonl\"", "9"},
            {
                "'t.json' WHERE userid IS NOT DISTINCT FROM 'b' AND extract(year FROM event_time::TIMESTAMPTZ) = 2024",
                "10"
            },
            {"read_csv('pipes.txt')", "#11"},
            {"read_csv(['parts/a-1.csv'], delim = ',', all_varchar = true)", "007"},
            {"read_csv('parts/a-1.csv', types = {'orderid': 'INTEGER'})", "7"},
            {"(SELECT a.* FROM 'parts/a-1.csv' a, 'packed.csv' b JOIN 't.json' ON true)", "007"},
            {"'packed.csv' WHERE packed.orderid > 11 AND event_time + INTERVAL 1 DAY > DATE '2024-07-02'", "12"},
            {"(VALUES (13, 's', 'b', '2024-07-01 10:00:00')) AS v(orderid, shopid, userid, event_time)", "13"},
        }) {
            SqlTables tables = read(FOUR_COLUMNS + one[0] + " ORDER BY ALL -- the end", "UTC", Pseudonyms.NONE);
            assertEquals(List.of(), badLines(), one[0]);
            assertEquals(
                    one[1],
                    String.join(" ", events.stream().map(OrderEvent::orderId).toList()),
                    one[0]);
            assertEquals("2024-07-01", events.get(0).occurredAt().toString().substring(0, 10), one[0]);
            assertEquals(List.of(), tables.shortcomings(), one[0]);
        }
        assertEquals("2024-07-01T10:00:00Z", events.get(0).occurredAt().toString());
        assertTrue(read(FOUR_COLUMNS + "'t.jsonl'").described().toString().contains("t.jsonl"));
        assertEquals("2024-07-01T02:00:00Z", events.get(0).occurredAt().toString());
    }

    @Test
    void badRowsAreNamedAndLeftOut() throws IOException {
        write(
                "t.csv",
                "orderid,shopid,userid,event_time",
                "1,s,b,2024-07-01 10:00:00",
                "2,s,b",
                "3,\"two",
                "lines\",b,2024-07-01 10:00:00",
                "4,\"s\"x,b,2024-07-01 10:00:00",
                "5,\"s,b,2024-07-01 10:00:00",
                "",
                "6,s,,2024-07-01 10:00:00",
                "7,s,b,yesterday",
                ",s,b,2024-07-01 10:00:00",
                "8,s 5\" wide,b,2024-07-01 10:00:00");
        write("t.jsonl", "{\"buyer\":\"b\",\"moment\":\"2024-07-01T10:00:00Z\",\"how\":\"FAX\"}", "{\"buyer\":", "[]");
        SqlTables tables = read(
                FOUR_COLUMNS + "'t.csv';\n"
                        + "SELECT 'c-1' AS contact_id, buyer AS buyer_id, moment AS contacted_at, how AS channel FROM 't.jsonl';");
        assertEquals(
                List.of(
                        "row 3 of the statement at line 1 of mapping.sql: order '6': 'buyer_id' is missing",
                        "row 4 of the statement at line 1 of mapping.sql: order '7': 'occurred_at' is no time as in"
                                + " 2024-07-22 09:30:00: 'yesterday'; convert other forms with strptime",
                        "row 5 of the statement at line 1 of mapping.sql: 'order_id' is missing",
                        "row 1 of the statement at line 2 of mapping.sql: contact 'c-1': unknown channel 'FAX', known are"
                                + " CALL, SMS, MESSAGE, EMAIL, OTHER",
                        "line 3 of t.csv: it has 3 fields, the header has 4",
                        "line 6 of t.csv: something follows the closing quote of field 2",
                        "line 7 of t.csv: a quote is opened and not closed on the line",
                        "line 2 of t.jsonl: not JSON: Unexpected end-of-input within/between Object entries",
                        "line 3 of t.jsonl: not a JSON object"),
                badLines());
        assertEquals(
                List.of("1", "3", "8"), events.stream().map(OrderEvent::orderId).toList());
        assertEquals("s 5\" wide", events.get(2).custodians().get(0).id());
        assertEquals(
                List.of(
                        "On 1 lines of " + folder.resolve("t.csv")
                                + " a quote is opened and not closed; they were left out."
                                + " Check them: the lines below them may have been read wrongly.",
                        "2 of the 3 lines of " + folder.resolve("t.jsonl")
                                + " could not be used; is it the right file, in the right format?",
                        "1 of the 1 rows of the statement at line 2 of " + folder.resolve("mapping.sql")
                                + " could not be used; does it select the right columns?"),
                tables.shortcomings().stream()
                        .sorted(Collections.reverseOrder())
                        .toList());
    }

    @Test
    void mistakesInTheMappingAreExplained() throws IOException {
        write("t.csv", "orderid,shopid,userid,event_time", "1,s,b,2024-07-01 10:00:00", "2,s,b,soon");
        write("sheet.xlsx", "");
        String[][] mistakes = {
            {"", "M selects nothing: it needs a SELECT with a column 'occurred_at'"},
            {"CREATE VIEW order_events AS SELECT 1 AS occurred_at;", "M selects nothing"},
            {
                "SELECT 1 AS a,\n 2 AS b;",
                "M, line 1: it has neither a column 'occurred_at', for order events, nor "
                        + "'contacted_at', for contacts; its columns are a, b"
            },
            {"SELECT 1 AS occurred_at, 2 AS contacted_at;", "M, line 1: it has both columns"},
            {
                "SELECT userid, orderid AS order_id, event_time AS occurred_at FROM 't.csv';",
                "M, line 1: it has no column 'buyer_id'; select one, as in: SELECT customer AS buyer_id, … (it has, without "
                        + "use: userid)"
            },
            {
                "\nSELECT orderid,\n shop AS seller FROM 't.csv';",
                "M, line 3: Binder Error: Referenced column \"shop\" not found"
            },
            {"SELECT 1 AS occurred_at FRM x;", "M, line 1: Parser Error: syntax error"},
            {"SELECT 'a;", "M, line 1: ' is opened and not closed"},
            {"SELECT * FROM\n 'nowhere.csv';", "M, line 2: there is no file 'nowhere.csv' in DIR; relative paths start"
            },
            {"SELECT * FROM 'sheet.xlsx';", "M, line 1: DIR/sheet.xlsx is a spreadsheet; save the sheet as CSV"},
            {"SELECT * FROM 'http://127.0.0.1:9/a.csv';", "M, line 1: 'http://127.0.0.1:9/a.csv' is not on this machine"
            },
            {
                "SELECT * FROM read_xlsx('sheet.xlsx');",
                "M, line 1: this needs DuckDB's extension 'excel', which is not part of Leaktrace; nothing is downloaded. "
                        + "Save the sheet as CSV and name that file."
            },
            {
                "SELECT orderid AS order_id, userid AS buyer_id, event_time::TIMESTAMP AS occurred_at FROM 't.csv';",
                "M, line 1: Conversion Error: invalid timestamp field format: \"soon\""
            },
            {"COPY (SELECT 1) TO 'out.csv';", "M, line 1: a mapping has only SELECT, CREATE VIEW, TABLE or MACRO"},
            {"INSTALL httpfs;", "M, line 1: a mapping has only"},
            {"ATTACH 'a.db';", "M, line 1: a mapping has only"},
            {"SET memory_limit = '1GB';", "M, line 1: a mapping has only"},
            {"SET TimeZone = 'Mars';SELECT 1;", "M, line 1: there is no time zone 'Mars'; examples are Asia/Shanghai"},
            {"SELECT * FROM read_csv('t.csv', encoding = 'klingon');", "M, line 1: there is no encoding 'klingon'"},
        };
        for (String[] mistake : mistakes) {
            String found = error(mistake[0]);
            assertTrue(found.startsWith(mistake[1]), mistake[0] + "\n" + found + "\n" + mistake[1]);
        }
        try (Stream<Path> left = Files.list(folder)) {
            assertEquals(3, left.count(), "nothing was written");
        }
    }

    @Test
    void recordsBadRowsAndNotesDoNotDependOnTheNumberOfThreads() throws IOException {
        Random random = new Random(Seed.of("threads of tables"));
        List<String> rows = new ArrayList<>(List.of("orderid,shopid,userid,event_time,called"));
        for (int order = 0; order < 3_000; order++) {
            String time = random.nextInt(20) == 0 ? "soon" : "2024-07-0" + (1 + random.nextInt(9));
            rows.add(order + ",s-" + random.nextInt(9) + "," + (random.nextInt(30) == 0 ? "" : "b-" + order % 50) + ","
                    + time + (random.nextBoolean() ? "" : " 10:00:00") + "," + time);
        }
        write("t.csv", rows.toArray(String[]::new));
        write(
                "mapping.sql",
                FOUR_COLUMNS + "'t.csv';",
                "SELECT userid AS buyer_id, called AS contacted_at, orderid AS quoted_order_id FROM 't.csv';");
        List<List<String>> seen = new ArrayList<>();
        for (int threads : new int[] {1, 2, 7}) {
            SqlTables tables = new SqlTables(List.of(folder.resolve("mapping.sql")), null, null);
            List<String> all = new ArrayList<>();
            tables.read(
                    Pseudonyms.NONE,
                    threads,
                    RecordSteps.inOrder(event -> all.add(JsonLines.line(event))),
                    RecordSteps.inOrder(contact -> all.add(JsonLines.line(contact))),
                    line -> all.add(line.toString()));
            assertTrue(all.stream().anyMatch(one -> one.contains("'occurred_at' is no time")), all.get(0));
            assertTrue(all.stream().anyMatch(one -> one.contains("'buyer_id' is missing")), all.get(0));
            all.addAll(tables.notes());
            all.add(tables.ordersRead() + " " + tables.described());
            seen.add(all);
            EndedThreads.await("read-rows");
        }
        assertEquals(seen.get(0), seen.get(1));
        assertEquals(seen.get(0), seen.get(2));
    }

    @Test
    void whatTheReceiverThrowsEndsTheReading() throws IOException {
        write(
                "mapping.sql",
                "SELECT 'o-' || range AS order_id, 'b' AS buyer_id, TIMESTAMP '2024-07-01 10:00:00' AS"
                        + " occurred_at FROM range(10000000);");
        for (int threads : new int[] {1, 2, 7}) {
            SqlTables tables = new SqlTables(List.of(folder.resolve("mapping.sql")), null, null);
            IllegalStateException full = new IllegalStateException("full");
            assertEquals(
                    full,
                    assertThrows(
                            IllegalStateException.class,
                            () -> tables.read(
                                    Pseudonyms.NONE,
                                    threads,
                                    RecordSteps.inOrder(event -> {
                                        throw full;
                                    }),
                                    RecordSteps.inOrder(contact -> {}),
                                    bad::add)));
            EndedThreads.await("read-rows");
        }
    }

    /** Else contacts would not find their orders, and buyers could be read. */
    @Test
    void buyersOfOrdersAndContactsGetTheSamePseudonym() throws IOException {
        write("t.csv", "orderid,shopid,userid,event_time", "o1,s-1,13800138000,2024-07-01 10:00:00");
        Path key = folder.resolve("key");
        Files.writeString(key, "1:9f2d41c07be863a5d20e7b49f618c3aa5b7704de91f3c26e08bd5a179c64e8f3\n");
        Files.setPosixFilePermissions(key, PosixFilePermissions.fromString("rw-------"));
        Pseudonyms pseudonyms = Pseudonyms.with(PseudonymKey.read(key), "CN");
        read(
                FOUR_COLUMNS + "'t.csv';\nSELECT userid AS buyer_id, event_time AS contacted_at FROM 't.csv';",
                "UTC",
                pseudonyms);
        assertEquals(pseudonyms.ofBuyer("13800138000"), events.get(0).buyerId());
        assertEquals(events.get(0).buyerId(), contacts.get(0).buyerId());
    }

    @Test
    void idsDependOnTheContentAlone() throws IOException {
        List<String> rows = new ArrayList<>();
        for (int order = 0; order < 300; order++) {
            rows.add(order % 100 + ",s-" + order % 7 + ",b-" + order % 5 + ",2024-07-01 10:00:00");
        }
        List<List<String>> found = new ArrayList<>();
        Random random = new Random(Seed.of("rows of tables"));
        String mapping =
                "SELECT orderid AS order_id, userid AS buyer_id, event_time AS occurred_at, list(shopid) AS seller"
                        + " FROM 't.csv' GROUP BY ALL;\n"
                        + "SELECT userid AS buyer_id, event_time AS contacted_at, orderid AS quoted_order_id FROM 't.csv';";
        for (int again = 0; again < 2; again++) {
            Collections.shuffle(rows, random);
            write("t.csv", "orderid,shopid,userid,event_time", String.join("\n", rows));
            read(mapping, "UTC", Pseudonyms.NONE);
            found.add(Stream.concat(
                            events.stream().map(JsonLines::line),
                            contacts.stream().map(JsonLines::line))
                    .sorted()
                    .toList());
            assertEquals(
                    100,
                    contacts.stream().map(ScamContact::contactId).distinct().count());
        }
        assertEquals(found.get(0), found.get(1));
        String plain = contacts.get(0).contactId();
        Path key = folder.resolve("key");
        Files.writeString(key, "1:9f2d41c07be863a5d20e7b49f618c3aa5b7704de91f3c26e08bd5a179c64e8f3\n");
        Files.setPosixFilePermissions(key, PosixFilePermissions.fromString("rw-------"));
        read(mapping, "UTC", Pseudonyms.with(PseudonymKey.read(key), Pseudonyms.NO_REGION));
        assertNotEquals(plain, contacts.get(0).contactId(), "the id must not contain a buyer that could be guessed");
    }
}
