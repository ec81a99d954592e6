package io.leaktrace.files;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.leaktrace.domain.BadRecordException;
import io.leaktrace.domain.Channel;
import io.leaktrace.domain.ContactDetails;
import io.leaktrace.domain.Custodian;
import io.leaktrace.domain.Dialled;
import io.leaktrace.domain.Field;
import io.leaktrace.domain.Loss;
import io.leaktrace.domain.OrderEvent;
import io.leaktrace.domain.OrderEventType;
import io.leaktrace.domain.ReportSource;
import io.leaktrace.domain.Role;
import io.leaktrace.domain.ScamContact;
import io.leaktrace.testing.Seed;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class JsonLinesTest {

    private static final OrderEvent PLACED = new OrderEvent(
            "e1",
            "o1",
            "b1",
            OrderEventType.PLACED,
            Instant.parse("2014-07-22T01:30:00Z"),
            List.of(new Custodian(Role.SELLER, "s-1"), new Custodian(Role.PAYMENT_CHANNEL, "p-1")));

    private static final ScamContact CALL = new ScamContact(
            "c1",
            "b1",
            Instant.parse("2014-07-23T02:05:00Z"),
            Instant.parse("2014-07-23T05:00:00.250Z"),
            Channel.CALL,
            null,
            "JD customer service",
            Set.of(Field.ORDER_TIME, Field.PRODUCT),
            null,
            new Loss(new BigDecimal("9892.00"), "CNY"));

    private static final String PLACED_LINE = "{\"eventId\":\"e1\",\"orderId\":\"o1\",\"buyerId\":\"b1\","
            + "\"type\":\"PLACED\",\"occurredAt\":\"2014-07-22T01:30:00Z\","
            + "\"custodians\":[{\"role\":\"SELLER\",\"id\":\"s-1\"},{\"role\":\"PAYMENT_CHANNEL\",\"id\":\"p-1\"}]}";

    private static final String CALL_LINE = "{\"contactId\":\"c1\",\"buyerId\":\"b1\","
            + "\"contactedAt\":\"2014-07-23T02:05:00Z\",\"reportedAt\":\"2014-07-23T05:00:00.250Z\","
            + "\"channel\":\"CALL\",\"caller\":null,\"impersonated\":\"JD customer service\","
            + "\"disclosed\":[\"PRODUCT\",\"ORDER_TIME\"],\"quotedOrderId\":null,"
            + "\"loss\":{\"amount\":\"9892.00\",\"currency\":\"CNY\"}}";

    @TempDir
    Path dir;

    @Test
    void anOrderEventIsWrittenInTheFormOfTheContractAndReadBack() throws BadRecordException {
        assertEquals(PLACED_LINE, JsonLines.line(PLACED));
        assertEquals(PLACED, JsonLines.parseOrderEvent(PLACED_LINE));
    }

    @Test
    void aContactIsWrittenInTheFormOfTheContractAndReadBack() throws BadRecordException {
        assertEquals(CALL_LINE, JsonLines.line(CALL));
        assertEquals(CALL, JsonLines.parseScamContact(CALL_LINE));
    }

    @Test
    void theSourceOfAContactIsOptional() throws BadRecordException {
        String line = CALL_LINE.replaceFirst("\\}$", ",\"source\":\"PLATFORM\"}");
        ScamContact read = JsonLines.parseScamContact(line);
        assertEquals(ReportSource.PLATFORM, read.source());
        assertEquals(line, JsonLines.line(read));
        assertEquals(CALL, JsonLines.parseScamContact(CALL_LINE.replaceFirst("\\}$", ",\"source\":null}")));
    }

    @Test
    void whatACustodianSawIsOptional() throws BadRecordException {
        String line = PLACED_LINE.replace("\"s-1\"}", "\"s-1\",\"saw\":[\"PRODUCT\",\"NAME\"]}");
        OrderEvent read = JsonLines.parseOrderEvent(line);
        assertEquals(Map.of(new Custodian(Role.SELLER, "s-1"), Set.of(Field.NAME, Field.PRODUCT)), read.saw());
        assertEquals(line, JsonLines.line(read));
        String nothing = PLACED_LINE.replace("\"s-1\"}", "\"s-1\",\"saw\":[]}");
        assertEquals(nothing, JsonLines.line(JsonLines.parseOrderEvent(nothing)));
        assertEquals(PLACED, JsonLines.parseOrderEvent(PLACED_LINE.replace("\"s-1\"}", "\"s-1\",\"saw\":null}")));
        BadRecordException unknown = assertThrows(
                BadRecordException.class, () -> JsonLines.parseOrderEvent(line.replace("\"NAME\"", "\"PASSWORD\"")));
        assertTrue(unknown.getMessage().startsWith("unknown saw 'PASSWORD', known are PRODUCT,"), unknown.getMessage());
    }

    @Test
    void marksAreOptional() throws BadRecordException {
        String line = PLACED_LINE.replace("\"s-1\"}", "\"s-1\",\"mark\":\"J.\"}");
        OrderEvent read = JsonLines.parseOrderEvent(line);
        assertEquals(Map.of(new Custodian(Role.SELLER, "s-1"), "J."), read.marks());
        assertEquals(line, JsonLines.line(read));
    }

    @Test
    void furtherEvidenceOfContactsIsOptional() throws BadRecordException {
        ContactDetails details = new ContactDetails("J.", Dialled.VIRTUAL, "o1", "payee-1", "link-1");
        String line = CALL_LINE.replaceFirst(
                "\\}$",
                ",\"disclosedMark\":\"J.\",\"dialled\":\"VIRTUAL\",\"dialledOrderId\":\"o1\",\"payee\":\"payee-1\",\"link\":\"link-1\"}");
        assertEquals(CALL.with(details), JsonLines.parseScamContact(line));
        assertEquals(line, JsonLines.line(CALL.with(details)));
        String nulls = CALL_LINE.replaceFirst(
                "\\}$",
                ",\"disclosedMark\":null,\"dialled\":null,\"dialledOrderId\":null,\"payee\":null,\"link\":null}");
        assertEquals(CALL, JsonLines.parseScamContact(nulls));
        BadRecordException unknown = assertThrows(
                BadRecordException.class, () -> JsonLines.parseScamContact(line.replace("VIRTUAL", "MOBILE")));
        assertTrue(unknown.getMessage().startsWith("unknown dialled 'MOBILE', known are"), unknown.getMessage());
    }

    @Test
    void whetherTheBuyerIsADecoyIsOptional() throws BadRecordException {
        String line = PLACED_LINE.replaceFirst("\\}$", ",\"decoy\":true}");
        OrderEvent read = JsonLines.parseOrderEvent(line);
        assertTrue(read.decoy());
        assertEquals(line, JsonLines.line(read));
        for (String no : List.of("false", "null")) {
            assertEquals(PLACED, JsonLines.parseOrderEvent(line.replace("true", no)));
        }
        BadRecordException wrong = assertThrows(
                BadRecordException.class, () -> JsonLines.parseOrderEvent(line.replace("true", "\"yes\"")));
        assertEquals("'decoy' must be true or false, not text", wrong.getMessage());
    }

    /** In one line twice, with and without fields: the wider applies. */
    @Test
    void aCustodianThatIsNamedTwiceSawBoth() throws BadRecordException {
        String named = "\"s-1\",\"saw\":[\"PRODUCT\"]},{\"role\":\"SELLER\",\"id\":\"s-1\"";
        Custodian seller = new Custodian(Role.SELLER, "s-1");
        assertEquals(
                Map.of(seller, Set.of(Field.NAME, Field.PRODUCT)),
                JsonLines.parseOrderEvent(PLACED_LINE.replace("\"s-1\"}", named + ",\"saw\":[\"NAME\"]}"))
                        .saw());
        assertEquals(
                Map.of(),
                JsonLines.parseOrderEvent(PLACED_LINE.replace("\"s-1\"}", named + "}"))
                        .saw());
    }

    @Test
    void theLinesOfTheContractAreRead() throws BadRecordException {
        assertEquals(PLACED, JsonLines.parseOrderEvent(PLACED_LINE.replace("01:30:00Z", "09:30:00+08:00")));
        assertEquals(
                Instant.parse("2014-07-23T02:05:00Z"),
                JsonLines.parseScamContact(CALL_LINE.replace("02:05:00Z", "10:05:00+08:00"))
                        .contactedAt());
    }

    @Test
    void fieldsMayStandInAnyOrderAndUnknownOnesAreIgnored() throws BadRecordException {
        String line = "{\"note\":{\"a\":[1,{}]},\"custodians\":[{\"id\":\"s-1\",\"since\":[2],\"role\":\"SELLER\"},"
                + "{\"role\":\"PAYMENT_CHANNEL\",\"id\":\"p-1\"}],\"occurredAt\":\"2014-07-22T01:30:00Z\","
                + "\"type\":\"PLACED\",\"buyerId\":\"b1\",\"orderId\":\"o1\",\"eventId\":\"e1\",\"x\":null}";
        assertEquals(PLACED, JsonLines.parseOrderEvent(line));
    }

    @Test
    void optionalFieldsOfAContactMayBeAbsent() throws BadRecordException {
        ScamContact read = JsonLines.parseScamContact("{\"contactId\":\"c\",\"buyerId\":\"b\",\"channel\":\"SMS\","
                + "\"contactedAt\":\"2014-07-23T02:05:00Z\",\"reportedAt\":\"2014-07-23T02:05:00Z\",\"disclosed\":[]}");
        assertEquals(
                new ScamContact(
                        "c",
                        "b",
                        read.contactedAt(),
                        read.contactedAt(),
                        Channel.SMS,
                        null,
                        null,
                        Set.of(),
                        null,
                        null),
                read);
    }

    @Test
    void textOfAnyKindSurvives() throws BadRecordException {
        String odd = "a\"b\\c\n\t\u0001 周 😀 ,{}";
        OrderEvent event = new OrderEvent(
                odd,
                odd,
                odd,
                OrderEventType.CANCELLED,
                Instant.ofEpochMilli(1),
                List.of(new Custodian(Role.SELLER, odd)));
        String line = JsonLines.line(event);
        assertEquals(-1, line.indexOf('\n'));
        assertEquals(event, JsonLines.parseOrderEvent(line));
    }

    @ParameterizedTest
    @CsvSource(quoteCharacter = '`', delimiter = '|', textBlock = """
        "eventId":"e1",      |                          | 'eventId' is missing
        "e1"                 | ""                       | 'eventId' is empty
        "e1"                 | " "                      | 'eventId' is empty
        "b1"                 | "b\\uD800"               | 'buyerId' has half of a surrogate pair, which is no character
        "s-1"                | "\\uDC00\\uD800"         | 'id' has half of a surrogate pair, which is no character
        "e1"                 | 7                        | 'eventId' must be text, not a number
        "b1"                 | null                     | 'buyerId' is null
        "b1"                 | ["b1"]                   | 'buyerId' must be text, not an array
        "PLACED"             | "placed"                 | unknown type 'placed', known are PLACED, PAID, PICKED_UP, ARRIVED, DELIVERED, CANCELLED, ACCESSED
        "SELLER"             | "SELER"                  | unknown role 'SELER', known are SELLER, LOGISTICS_NODE, PAYMENT_CHANNEL, SERVICE_PROVIDER, PLATFORM
        "id":"s-1"           | "id":""                  | 'id' is empty
        ,"id":"s-1"          |                          | 'id' is missing
        "occurredAt"         | "at"                     | 'occurredAt' is missing
        2014-07-22T01:30:00Z | 2014-07-22T01:30:00      | 'occurredAt' is not a time in ISO-8601 with an offset or Z: '2014-07-22T01:30:00'
        2014-07-22T01:30:00Z | 2014-02-30T01:30:00Z     | 'occurredAt' is not a time in ISO-8601 with an offset or Z: '2014-02-30T01:30:00Z'
        2014-07-22T01:30:00Z | 1914-07-22T01:30:00Z     | 'occurredAt' is before 1970: '1914-07-22T01:30:00Z'
        "custodians":[       | "custodians":["x",       | 'custodians' must be an array of objects, not text
        "custodians":        | "custodians":null,"c":   | 'custodians' is null
        "p-1"}]}             | "p-1"}]                  | not JSON: the line ends before the record does
        "p-1"}]}             | "p-1"}]} {}              | something follows the record on its line
        """)
    void aBadOrderEventIsToldInPlainWords(String good, String bad, String reason) {
        String line = PLACED_LINE.replace(good, bad == null ? "" : bad);
        BadRecordException e = assertThrows(BadRecordException.class, () -> JsonLines.parseOrderEvent(line));
        assertEquals(reason, e.getMessage());
    }

    @ParameterizedTest
    @CsvSource(quoteCharacter = '`', delimiter = '|', textBlock = """
        "c1"                                    | ""                   | 'contactId' is empty
        "CALL"                                  | "PHONE"              | unknown channel 'PHONE', known are CALL, SMS, MESSAGE, EMAIL, OTHER
        "ORDER_TIME"                            | "AGE"                | unknown disclosed 'AGE', known are PRODUCT, ORDER_TIME, PRICE, NAME, PHONE, ADDRESS, TRACKING_NUMBER, ID_NUMBER, BANK_CARD
        "disclosed"                             | "known"              | 'disclosed' is missing
        "caller":null                           | "caller":"\\uDBFFx"  | 'caller' has half of a surrogate pair, which is no character
        "caller":null                           | "caller":5           | 'caller' must be text or null, not a number
        "quotedOrderId":null                    | "quotedOrderId":""   | 'quotedOrderId' is empty
        "9892.00"                               | 9892.00              | 'loss.amount' must be a decimal in quotes, not a number
        "9892.00"                               | "1e9"                | 'loss.amount' must be a decimal as in "9892.00", not '1e9'
        "CNY"                                   | "yuan"               | 'loss.currency' must be a code of three letters as in "CNY", not 'yuan'
        ,"currency":"CNY"                       |                      | 'loss.currency' is missing
        "caller":null                           | "source":"FRIEND"    | unknown source 'FRIEND', known are BUYER, PLATFORM, POLICE
        "caller":null                           | "source":1           | 'source' must be text, not a number
        {"amount":"9892.00","currency":"CNY"}   | 5                    | 'loss' must be an object or null, not a number
        """)
    void aBadContactIsToldInPlainWords(String good, String bad, String reason) {
        String line = CALL_LINE.replace(good, bad == null ? "" : bad);
        BadRecordException e = assertThrows(BadRecordException.class, () -> JsonLines.parseScamContact(line));
        assertEquals(reason, e.getMessage());
    }

    @Test
    void aWholeSurrogatePairIsACharacter() throws BadRecordException {
        String line = PLACED_LINE.replace("\"b1\"", "\"b\\uD83D\\uDE00\"");
        assertEquals("b\uD83D\uDE00", JsonLines.parseOrderEvent(line).buyerId());
    }

    @Test
    void whatIsNoJsonIsSaidToBeNone() {
        for (String line : List.of("hello", "{'a':1}", "[1]", "17", "\"text\"", "{\"a\":}", "[".repeat(5000))) {
            BadRecordException e = assertThrows(BadRecordException.class, () -> JsonLines.parseOrderEvent(line));
            assertTrue(e.getMessage().startsWith("not "), e.getMessage());
        }
    }

    @Test
    void badLinesAreNamedAndSetAsideAndTheRestIsRead() throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        bytes.write(new byte[] {(byte) 0xEF, (byte) 0xBB, (byte) 0xBF});
        bytes.write((PLACED_LINE + "\r\n\n  \n").getBytes(StandardCharsets.UTF_8));
        bytes.write(new byte[] {'{', '"', 'e', (byte) 0xFF, '"', '\n'});
        bytes.write(PLACED_LINE.replace("\"occurredAt\"", "\"when\"").getBytes(StandardCharsets.UTF_8));
        bytes.write('\n');
        bytes.write("x".repeat(LineChunks.LONGEST_LINE + 5).getBytes(StandardCharsets.UTF_8));
        bytes.write('\n');
        bytes.write(PLACED_LINE.getBytes(StandardCharsets.UTF_8));
        Path file = Files.write(dir.resolve("orders.jsonl"), bytes.toByteArray());
        List<OrderEvent> read = new ArrayList<>();
        List<BadLine> bad = new ArrayList<>();
        JsonLines.readOrderEvents(file, read::add, bad::add);
        assertEquals(List.of(PLACED, PLACED), read);
        assertEquals(List.of(4L, 5L, 6L), bad.stream().map(BadLine::line).toList());
        assertTrue(
                bad.get(0).reason().startsWith("not JSON: Invalid UTF-8"),
                bad.get(0).reason());
        assertEquals(
                "line 5 of orders.jsonl: 'occurredAt' is missing", bad.get(1).toString());
        assertEquals(
                "line 6 of orders.jsonl: longer than 1048576 bytes", bad.get(2).toString());
    }

    @Test
    void whatTheReaderOfRecordsThrowsIsNotTakenForABadLine() throws IOException {
        Path file = Files.writeString(dir.resolve("orders.jsonl"), PLACED_LINE);
        assertThrows(
                IllegalStateException.class,
                () -> JsonLines.readOrderEvents(
                        file,
                        event -> {
                            throw new IllegalStateException("full");
                        },
                        bad -> {}));
    }

    @Test
    void filesAreWrittenAndReadBackPackedOrNot() throws IOException {
        Path plain = dir.resolve("contacts.jsonl");
        Path packed = dir.resolve("contacts.jsonl.gz");
        try (ScamContactWriter one = new ScamContactWriter(plain);
                ScamContactWriter other = new ScamContactWriter(packed(packed))) {
            for (int i = 0; i < 3; i++) {
                one.write(CALL);
                other.write(CALL);
            }
        }
        assertEquals((CALL_LINE + "\n").repeat(3), Files.readString(plain));
        for (Path file : List.of(plain, packed)) {
            List<ScamContact> read = new ArrayList<>();
            JsonLines.readScamContacts(file, read::add, bad -> {
                throw new AssertionError(bad);
            });
            assertEquals(List.of(CALL, CALL, CALL), read);
        }
    }

    @Test
    void aPackedFileThatIsNoneOrBreaksOffIsAnError() throws IOException {
        Path none = Files.writeString(dir.resolve("a.gz"), PLACED_LINE);
        IOException e = assertThrows(IOException.class, () -> JsonLines.readOrderEvents(none, x -> {}, x -> {}));
        assertTrue(e.getMessage().contains("is not a gzip file"), e.getMessage());
        ByteArrayOutputStream whole = new ByteArrayOutputStream();
        try (OrderEventWriter writer = new OrderEventWriter(new GZIPOutputStream(whole))) {
            writer.write(PLACED);
        }
        byte[] bytes = whole.toByteArray();
        Path half = Files.write(dir.resolve("b.gz"), Arrays.copyOf(bytes, bytes.length / 2));
        IOException f = assertThrows(IOException.class, () -> JsonLines.readOrderEvents(half, x -> {}, x -> {}));
        assertTrue(f.getMessage().contains("cannot be read from line 1 on"), f.getMessage());
    }

    @Test
    void timesAreReadAsTheJdkReadsThem() {
        long seed = Seed.of("JsonLinesTest times");
        Random random = new Random(seed);
        for (int i = 0; i < 20_000; i++) {
            Instant time = Instant.ofEpochMilli((long) (random.nextDouble() * 4e12) - 1_000_000_000_000L);
            ZoneOffset offset = ZoneOffset.ofTotalSeconds((random.nextInt(35 * 60) - 17 * 60) * 60);
            for (String text : List.of(time.toString(), time.atOffset(offset).toString())) {
                assertEquals(OffsetDateTime.parse(text).toInstant(), JsonLinesTime.parse(text), text);
            }
        }
        assertEquals(Instant.parse("2014-07-22T01:30:00.123Z"), JsonLinesTime.parse("2014-07-22T01:30:00.123999Z"));
        assertEquals(Instant.parse("2016-02-29T23:59:59Z"), JsonLinesTime.parse("2016-02-29T23:59:59Z"));
    }

    private static OutputStream packed(Path file) throws IOException {
        return new GZIPOutputStream(Files.newOutputStream(file));
    }
}
