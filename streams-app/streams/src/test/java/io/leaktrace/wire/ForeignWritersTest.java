package io.leaktrace.wire;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.leaktrace.domain.Channel;
import io.leaktrace.domain.ContactDetails;
import io.leaktrace.domain.Custodian;
import io.leaktrace.domain.Dialled;
import io.leaktrace.domain.Field;
import io.leaktrace.domain.LeakVerdict;
import io.leaktrace.domain.Loss;
import io.leaktrace.domain.OrderEvent;
import io.leaktrace.domain.OrderEventType;
import io.leaktrace.domain.ReportSource;
import io.leaktrace.domain.ScamContact;
import io.leaktrace.domain.Verdict;
import io.leaktrace.testing.OddRegistry;
import io.leaktrace.testing.Seed;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Stream;
import org.apache.avro.NameValidator;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericDatumReader;
import org.apache.avro.generic.GenericDatumWriter;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.DecoderFactory;
import org.apache.avro.io.EncoderFactory;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.serialization.Deserializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Records of writers that we did not write: read as far as they can be, and otherwise rejected with a reason. */
class ForeignWritersTest {

    private static final Path CASES = Path.of("src/test/resources/cases");
    private static final OddRegistry REGISTRY = new OddRegistry();
    private static final Deserializer<Object> RECORDS =
            WireFormat.leaktrace(REGISTRY.url()).records();

    private static final String ORDER_JSON =
            "{\"eventId\":\"e1\",\"orderId\":\"o1\",\"buyerId\":\"b1\",\"type\":\"PLACED\","
                    + "\"occurredAt\":1406000000123,\"custodians\":[{\"role\":\"SELLER\",\"id\":\"s-1\"}]}";

    private static final OrderEvent ORDER = new OrderEvent(
            "e1",
            "o1",
            "b1",
            OrderEventType.PLACED,
            Instant.ofEpochMilli(1406000000123L),
            List.of(Custodian.parse("SELLER:s-1")));

    private static final OrderEvent DECOY_ORDER = new OrderEvent(
            ORDER.eventId(),
            ORDER.orderId(),
            ORDER.buyerId(),
            ORDER.type(),
            ORDER.occurredAt(),
            ORDER.custodians(),
            Map.of(),
            Map.of(),
            true);

    private static final String CONTACT_JSON = "{\"contactId\":\"c1\",\"buyerId\":\"b1\",\"contactedAt\":1406000000123,"
            + "\"reportedAt\":1406000000124,\"channel\":\"CALL\",\"caller\":null,\"impersonated\":{\"string\":\"JD\"},"
            + "\"disclosed\":[\"PRICE\",\"NAME\"],\"quotedOrderId\":null,"
            + "\"loss\":{\"io.leaktrace.avro.Loss\":{\"amount\":\"\\u000f\\u0018\",\"currency\":\"CNY\"}}}";

    private static final ScamContact CONTACT = new ScamContact(
            "c1",
            "b1",
            Instant.ofEpochMilli(1406000000123L),
            Instant.ofEpochMilli(1406000000124L),
            Channel.CALL,
            null,
            "JD",
            Set.of(Field.PRICE, Field.NAME),
            null,
            new Loss(new BigDecimal("38.64"), "CNY"));

    @AfterAll
    static void stop() {
        REGISTRY.close();
    }

    private static String file(String name) {
        try {
            return Files.readString(CASES.resolve(name + ".avsc"));
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private static String order() {
        return file("order");
    }

    private static String contact() {
        return file("contact");
    }

    private static byte[] avro(String schemaText, String json) throws IOException {
        Schema schema = new Schema.Parser(NameValidator.NO_VALIDATION)
                .setValidateDefaults(false)
                .parse(schemaText);
        Object datum =
                new GenericDatumReader<>(schema).read(null, DecoderFactory.get().jsonDecoder(schema, json));
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        BinaryEncoder encoder = EncoderFactory.get().directBinaryEncoder(bytes, null);
        new GenericDatumWriter<>(schema).write(datum, encoder);
        encoder.flush();
        return bytes.toByteArray();
    }

    private static byte[] framed(int id, byte[] avro) {
        return ByteBuffer.allocate(5 + avro.length)
                .put((byte) 0)
                .putInt(id)
                .put(avro)
                .array();
    }

    private static byte[] written(String schemaText, String json) throws IOException {
        return framed(REGISTRY.put("any-value", schemaText), avro(schemaText, json));
    }

    private static Object read(byte[] bytes) {
        return RECORDS.deserialize("any", bytes);
    }

    private static String reason(byte[] bytes) {
        return reason(new RecordHeaders(), bytes);
    }

    private static String reason(Headers headers, byte[] bytes) {
        return assertThrows(SerializationException.class, () -> RECORDS.deserialize("any", headers, bytes))
                .getMessage();
    }

    private static String sourced(String source) {
        return withOptional("{\"io.leaktrace.avro.ReportSource\":\"" + source + "\"}", "null", "null", "null");
    }

    private static String withOptional(String source, String mark, String dialled, String text) {
        return CONTACT_JSON.replaceFirst(
                "\\}\\}\\}$",
                "}},\"source\":%s,\"disclosedMark\":%s,\"dialled\":%s,\"dialledOrderId\":%s,\"payee\":%s,\"link\":%s}"
                        .formatted(source, mark, dialled, text, text, text));
    }

    private static String dialled(String number) {
        return withOptional("null", "null", "{\"io.leaktrace.avro.Dialled\":\"" + number + "\"}", "{\"string\":\"x\"}");
    }

    private static ScamContact from(ReportSource source) {
        return new ScamContact(
                CONTACT.contactId(),
                CONTACT.buyerId(),
                CONTACT.contactedAt(),
                CONTACT.reportedAt(),
                CONTACT.channel(),
                CONTACT.caller(),
                CONTACT.impersonated(),
                CONTACT.disclosed(),
                CONTACT.quotedOrderId(),
                CONTACT.loss(),
                source);
    }

    /** What is written, and what it is read as: a record, or a part of the reason why it is not. */
    private static Stream<Arguments> writers() {
        String nullableNull = "{\"eventId\":{\"string\":\"e1\"},\"orderId\":{\"string\":\"o1\"},\"buyerId\":null,"
                + "\"type\":\"PLACED\",\"occurredAt\":1406000000123,\"custodians\":[]}";
        String nullableGiven = "{\"eventId\":{\"string\":\"e1\"},\"orderId\":{\"string\":\"o1\"},\"buyerId\":"
                + "{\"string\":\"b1\"},\"type\":\"PLACED\",\"occurredAt\":1406000000123,\"custodians\":"
                + "[{\"role\":\"SELLER\",\"id\":\"s-1\"}]}";
        String micros = ORDER_JSON.replace("1406000000123", "1406000000123999");
        String nanos = ORDER_JSON.replace("1406000000123", "1406000000123999999");
        String millis = "timestamp-millis";
        String enumType =
                "\"type\": {\"type\": \"enum\", \"name\": \"OrderEventType\", \"symbols\": [\"PLACED\", \"PAID\", "
                        + "\"PICKED_UP\", \"ARRIVED\", \"DELIVERED\", \"CANCELLED\"]}";
        String moreSymbols = contact().replace("\"SMS\"", "\"SMS\", \"WHATSAPP\"");
        ScamContact bare = new ScamContact(
                "c1",
                "b1",
                Instant.ofEpochMilli(1406000000123L),
                Instant.ofEpochMilli(1406000000124L),
                Channel.OTHER,
                null,
                null,
                Set.of(),
                null,
                null);
        String noOptional = "{\"type\":\"record\",\"name\":\"ScamContact\",\"fields\":["
                + "{\"name\":\"disclosed\",\"type\":{\"type\":\"array\",\"items\":\"string\"}},"
                + "{\"name\":\"channel\",\"type\":\"string\"},"
                + "{\"name\":\"reportedAt\",\"type\":\"long\"},{\"name\":\"contactedAt\",\"type\":\"long\"},"
                + "{\"name\":\"buyerId\",\"type\":\"string\"},{\"name\":\"contactId\",\"type\":\"string\"}]}";
        String noOptionalJson = "{\"disclosed\":[\"WECHAT_ID\"],\"channel\":\"PIGEON\",\"reportedAt\":1406000000124,"
                + "\"contactedAt\":1406000000123,\"buyerId\":\"b1\",\"contactId\":\"c1\"}";
        String ours = Schemas.registered(io.leaktrace.avro.ScamContact.getClassSchema())
                .toString();
        String verdict = Schemas.registered(io.leaktrace.avro.LeakVerdict.getClassSchema())
                .toString()
                .replace("io.leaktrace.avro", "com.shop");
        String verdictJson =
                "{\"custodian\":{\"role\":\"SELLER\",\"id\":\"s-1\",\"saw\":null,\"mark\":null},\"verdict\":\"DISMISSED\",\"by\":\"mei\","
                        + "\"at\":1406000000123,\"note\":null,\"expiresAt\":{\"long\":1406000000124}}";
        return Stream.of(
                Arguments.of("ours", order(), ORDER_JSON, ORDER),
                Arguments.of(
                        "new field",
                        file("order-new-field"),
                        ORDER_JSON.replace("}]}", "}],\"storeCode\":{\"string\":\"x\"}}"),
                        ORDER),
                Arguments.of("nullable, given", file("order-nullable"), nullableGiven, ORDER),
                Arguments.of("nullable, null", file("order-nullable"), nullableNull, "'buyerId' is null"),
                Arguments.of("other namespace", file("order-other-namespace"), ORDER_JSON, ORDER),
                Arguments.of(
                        "other namespace everywhere",
                        order().replace("io.leaktrace.avro", "com.shop"),
                        ORDER_JSON,
                        ORDER),
                Arguments.of("microseconds", file("order-micros"), micros, ORDER),
                Arguments.of("nanoseconds", order().replace(millis, "timestamp-nanos"), nanos, ORDER),
                Arguments.of(
                        "no time zone", order().replace(millis, "local-timestamp-millis"), ORDER_JSON, "'occurredAt'"),
                Arguments.of(
                        "time as text",
                        order().replace("{\"type\": \"long\", \"logicalType\": \"timestamp-millis\"}", "\"string\""),
                        ORDER_JSON.replace("1406000000123", "\"2014-07-22T09:30:00Z\""),
                        "'occurredAt' must be a timestamp"),
                Arguments.of("new symbol, not used", file("order-new-symbol"), ORDER_JSON, ORDER),
                Arguments.of(
                        "new symbol",
                        file("order-new-symbol"),
                        ORDER_JSON.replace("PLACED", "RETURNED"),
                        "'type' is 'RETURNED'"),
                Arguments.of("type as text", order().replace(enumType, "\"type\": \"string\""), ORDER_JSON, ORDER),
                Arguments.of(
                        "new role",
                        order().replace("\"SELLER\"", "\"SELLER\", \"CUSTOMS\""),
                        ORDER_JSON.replace("SELLER", "CUSTOMS"),
                        "'custodians[0].role' is 'CUSTOMS'"),
                Arguments.of(
                        "what a custodian saw, as text, with a field of a later version",
                        order().replace(
                                        "{\"name\": \"id\", \"type\": \"string\"}]",
                                        "{\"name\": \"id\", \"type\": \"string\"}, {\"name\": \"saw\", \"type\": "
                                                + "[\"null\", {\"type\": \"array\", \"items\": \"string\"}]}]"),
                        ORDER_JSON.replace("\"s-1\"}", "\"s-1\",\"saw\":{\"array\":[\"NAME\",\"IRIS\"]}}"),
                        new OrderEvent(
                                ORDER.eventId(),
                                ORDER.orderId(),
                                ORDER.buyerId(),
                                ORDER.type(),
                                ORDER.occurredAt(),
                                ORDER.custodians(),
                                Map.of(Custodian.parse("SELLER:s-1"), Set.of(Field.NAME)),
                                Map.of(),
                                false)),
                Arguments.of(
                        "a decoy, nullable and not last",
                        order().replace(
                                        "\"fields\": [{\"name\": \"eventId\"",
                                        "\"fields\": [{\"name\": \"decoy\", \"type\": [\"null\", \"boolean\"]},"
                                                + "{\"name\": \"eventId\""),
                        ORDER_JSON.replaceFirst("\\{", "{\"decoy\":{\"boolean\":true},"),
                        DECOY_ORDER),
                Arguments.of(
                        "a decoy as text",
                        order().replace(
                                        "\"fields\": [{\"name\": \"eventId\"",
                                        "\"fields\": [{\"name\": \"decoy\", \"type\": \"string\"},"
                                                + "{\"name\": \"eventId\""),
                        ORDER_JSON.replaceFirst("\\{", "{\"decoy\":\"yes\","),
                        "'decoy' must be a boolean"),
                Arguments.of("blank id", order(), ORDER_JSON.replace("s-1", " "), "needs an id"),
                Arguments.of(
                        "bad default",
                        file("order-bad-default"),
                        ORDER_JSON.replace("}]}", "}],\"note\":\"x\"}"),
                        ORDER),
                Arguments.of(
                        "field missing",
                        order().replace("orderId", "order-id"),
                        ORDER_JSON.replace("orderId", "order-id"),
                        "'orderId' is missing"),
                Arguments.of(
                        "number for text",
                        order().replace("\"orderId\", \"type\": \"string\"", "\"orderId\", \"type\": \"long\""),
                        ORDER_JSON.replace("\"o1\"", "1"),
                        "'orderId' must be text"),
                Arguments.of("contact", contact(), CONTACT_JSON, CONTACT),
                Arguments.of(
                        "new disclosed field",
                        file("contact-new-symbol"),
                        CONTACT_JSON.replace("[\"PRICE\"", "[\"WECHAT_ID\",\"PRICE\""),
                        CONTACT),
                Arguments.of(
                        "new channel",
                        moreSymbols,
                        CONTACT_JSON.replace("CALL", "WHATSAPP"),
                        new ScamContact(
                                "c1",
                                "b1",
                                CONTACT.contactedAt(),
                                CONTACT.reportedAt(),
                                Channel.OTHER,
                                null,
                                "JD",
                                CONTACT.disclosed(),
                                null,
                                CONTACT.loss())),
                Arguments.of("contact without optional fields", noOptional, noOptionalJson, bare),
                Arguments.of("source", ours, sourced("POLICE"), from(ReportSource.POLICE)),
                Arguments.of("source that is not known", ours, sourced("UNKNOWN"), CONTACT),
                Arguments.of(
                        "source of a later version",
                        ours.replace("\"POLICE\"", "\"POLICE\",\"BANK\""),
                        sourced("BANK"),
                        CONTACT),
                Arguments.of(
                        "no source but a mark",
                        ours,
                        withOptional("null", "{\"string\":\"J.\"}", "null", "null"),
                        CONTACT.with(ContactDetails.ofMark("J."))),
                Arguments.of(
                        "dialled number",
                        ours,
                        dialled("VIRTUAL"),
                        CONTACT.with(new ContactDetails(null, Dialled.VIRTUAL, "x", "x", "x"))),
                Arguments.of(
                        "dialled number of a later version",
                        ours.replace("\"VIRTUAL\"", "\"VIRTUAL\",\"SATELLITE\""),
                        dialled("SATELLITE"),
                        CONTACT.with(new ContactDetails(null, null, "x", "x", "x"))),
                Arguments.of(
                        "four decimals",
                        contact().replace("\"scale\": 2", "\"scale\": 4"),
                        CONTACT_JSON,
                        new ScamContact(
                                "c1",
                                "b1",
                                CONTACT.contactedAt(),
                                CONTACT.reportedAt(),
                                Channel.CALL,
                                null,
                                "JD",
                                CONTACT.disclosed(),
                                null,
                                new Loss(new BigDecimal("0.3864"), "CNY"))),
                Arguments.of(
                        "a billion decimals",
                        contact()
                                .replace(
                                        "\"precision\": 18, \"scale\": 2",
                                        "\"precision\": 1000000000, \"scale\": 1000000000"),
                        CONTACT_JSON,
                        "'loss.amount'"),
                Arguments.of(
                        "verdict",
                        verdict,
                        verdictJson,
                        new LeakVerdict(
                                Custodian.parse("SELLER:s-1"),
                                Verdict.DISMISSED,
                                "mei",
                                Instant.ofEpochMilli(1406000000123L),
                                null,
                                Instant.ofEpochMilli(1406000000124L))),
                Arguments.of("array", file("array"), "[\"x\"]", "is of array"),
                Arguments.of("map", file("map"), "{\"x\":\"y\"}", "is of map"),
                Arguments.of("string", "\"string\"", "\"x\"", "is of string"),
                Arguments.of("null", "\"null\"", "null", "cannot be used"),
                Arguments.of("union", file("union"), "{\"com.shop.Heartbeat\":{\"at\":1}}", "is of union"),
                Arguments.of(
                        "another record",
                        "{\"type\":\"record\",\"name\":\"Heartbeat\",\"fields\":[{\"name\":\"at\",\"type\":\"long\"}]}",
                        "{\"at\":1}",
                        "Heartbeat"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("writers")
    void recordsAreReadOrRefusedWithAReason(String name, String schema, String json, Object expected)
            throws IOException {
        byte[] bytes = written(schema, json);
        if (expected instanceof String part) {
            assertTrue(reason(bytes).contains(part), reason(bytes));
        } else {
            assertEquals(expected, read(bytes));
        }
    }

    @Test
    void aSchemaWithAReferenceIsResolved() throws IOException {
        Schema custodians =
                new Schema.Parser().parse(order()).getField("custodians").schema();
        REGISTRY.put("custodian", custodians.getElementType().toString());
        int id = REGISTRY.put(
                "any-value",
                file("order-ref"),
                "[{\"name\":\"io.leaktrace.avro.Custodian\",\"subject\":\"custodian\",\"version\":1}]");
        assertEquals(ORDER, read(framed(id, avro(order(), ORDER_JSON))));
    }

    /** Whether the class below was initialized, which Avro does for classes that a schema names. */
    private static volatile boolean trapped;

    /** Named by schemas; nothing may load it. */
    static final class Trap extends ArrayList<Object> {
        private static final long serialVersionUID = 1;

        static {
            trapped = true;
        }

        Trap(String text) {
            trapped = true;
        }
    }

    @Test
    void noClassIsLookedUpByAName() throws IOException {
        String trap = "\"" + Trap.class.getName().replace("$", "\\u0024") + "\"";
        String string = "{\"type\":\"string\",\"java-class\":" + trap + "}";
        assertTrue(reason(framed(REGISTRY.put("any-value", string), new byte[] {2, 'x'}))
                .contains("is of string"));
        String map =
                "{\"type\":\"map\",\"values\":\"string\",\"java-key-class\":" + trap + ",\"java-class\":" + trap + "}";
        assertTrue(
                reason(framed(REGISTRY.put("any-value", map), new byte[] {0})).contains("is of map"));
        String array = "{\"type\":\"array\",\"items\":\"string\",\"java-element-class\":" + trap + "}";
        String odd = order().replace(
                        "{\"name\": \"eventId\", \"type\": \"string\"}",
                        "{\"name\": \"eventId\", \"type\": " + string + "},{\"name\":\"more\",\"type\":" + array + "},"
                                + "{\"name\":\"evenMore\",\"type\":" + map + "}");
        assertEquals(
                ORDER,
                read(written(
                        odd,
                        ORDER_JSON.replace("\"orderId\"", "\"more\":[\"x\"],\"evenMore\":{\"k\":\"v\"},\"orderId\""))));
        String named = "{\"type\":\"record\",\"name\":\"ForeignWritersTest$Trap\",\"namespace\":\"io.leaktrace.wire\","
                + "\"fields\":[{\"name\":\"at\",\"type\":\"long\"}]}";
        assertTrue(reason(written(named, "{\"at\":1}")).contains("does not read"));
        assertFalse(trapped, "a class that a schema names was initialized");
    }

    @Test
    void recordsThatAreNestedWithoutEndAreRefused() {
        String recursive = "{\"type\":\"record\",\"name\":\"OrderEvent\",\"fields\":[{\"name\":\"next\",\"type\":"
                + "[\"null\",\"OrderEvent\"]}]}";
        byte[] avro = new byte[900_000];
        Arrays.fill(avro, (byte) 2);
        assertTrue(reason(framed(REGISTRY.put("any-value", recursive), avro)).contains("nested too deeply"));
        String endless = "{\"type\":\"record\",\"name\":\"OrderEvent\",\"fields\":[{\"name\":\"next\",\"type\":"
                + "\"OrderEvent\"}]}";
        assertTrue(reason(framed(REGISTRY.put("any-value", endless), avro)).contains("without end"));
    }

    /** A few bytes of them would take all memory: Avro makes room before it looks whether the bytes are there. */
    @Test
    void recordsThatTakeFarMoreMemoryThanBytesAreRefused() {
        String fixed = "{\"type\":\"fixed\",\"name\":\"F\",\"size\":2147483647}";
        assertTrue(reason(framed(REGISTRY.put("any-value", record("OrderEvent", fixed)), new byte[20]))
                .contains("Avro cannot parse it"));
        // Avro skips what a reader does not know without recursion, so that no stack overflows.
        String endless = record("LeakSuspect", record("Endless", "\"Endless\""));
        assertTrue(reason(framed(REGISTRY.put("any-value", endless), new byte[20]))
                .contains("a value of Endless holds another one without end"));
        String pair =
                "{\"type\":\"record\",\"name\":\"Pair\",\"fields\":[{\"name\":\"f\",\"type\":{\"type\":\"array\",\"items\":"
                        + record("Other", "\"Pair\"") + "}},{\"name\":\"g\",\"type\":\"Other\"}]}";
        assertTrue(reason(framed(REGISTRY.put("any-value", record("LeakSuspect", pair)), new byte[20]))
                .contains("a value of Pair holds another one without end"));
        String chain = "\"int\"";
        for (int i = 0; i < 45; i++) {
            chain = record("R" + i, chain);
        }
        String many = record("OrderEvent", "{\"type\":\"array\",\"items\":" + chain + "}");
        byte[] avro = new byte[60_000];
        // The array has 40,000 items: as a zigzag varint.
        System.arraycopy(new byte[] {(byte) 0x80, (byte) 0xF1, 4}, 0, avro, 0, 3);
        String reason = reason(framed(REGISTRY.put("any-value", many), avro));
        assertTrue(reason.contains("has more than 131072 parts"), reason);
    }

    @Test
    void nestedArraysTakeNoRoomForWhatTheyClaimToHave() {
        String nested = record("OrderEvent", "{\"type\":\"array\",\"items\":\"OrderEvent\"}");
        byte[] avro = new byte[30_000];
        for (int i = 0; i < avro.length; i += 3) {
            // 65,536 items each.
            System.arraycopy(new byte[] {(byte) 0x80, (byte) 0x80, 8}, 0, avro, i, 3);
        }
        byte[] bytes = framed(REGISTRY.put("any-value", nested), avro);
        var memory = (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();
        long thread = Thread.currentThread().getId();
        long before = memory.getThreadAllocatedBytes(thread);
        reason(bytes);
        long taken = memory.getThreadAllocatedBytes(thread) - before;
        assertTrue(taken < 50_000_000, "it took " + taken + " bytes");
    }

    /** Where order events are looked at before they are read, in the thread that polls them, too. */
    @Test
    void aSchemaThatIsTooDeepWithAllThatItRefersToHarmsNobody() {
        String type = "\"int\"";
        String references = "[]";
        for (int i = 0; i < 10; i++) {
            String nested = "{\"type\":\"array\",\"items\":".repeat(40) + type + "}".repeat(40);
            REGISTRY.put("deep" + i, record("Deep" + i, nested), references);
            references = "[{\"name\":\"Deep" + i + "\",\"subject\":\"deep" + i + "\",\"version\":1}]";
            type = "\"Deep" + i + "\"";
        }
        byte[] bytes = framed(REGISTRY.put("any-value", record("OrderEvent", type), references), new byte[20]);
        WireDeserializer deserializer =
                new WireDeserializer(new HttpSchemaRegistry(RegistryConfig.of(REGISTRY.url()), Duration.ofSeconds(5)));
        assertTrue(deserializer.timeOfOrderEvent(bytes).isEmpty());
        assertTrue(reason(bytes).contains("not a record of schema id"), reason(bytes));
    }

    private static String record(String name, String type) {
        return "{\"type\":\"record\",\"name\":\"" + name + "\",\"fields\":[{\"name\":\"f\",\"type\":" + type + "}]}";
    }

    private static Headers headers(String name, byte[] value) {
        return new RecordHeaders().add(name, value);
    }

    @Test
    void aSchemaIdInAHeaderOfConfluentsIsUnderstood() throws IOException {
        int id = REGISTRY.put("any-value", order());
        byte[] avro = avro(order(), ORDER_JSON);
        byte[] idHeader = ByteBuffer.allocate(5).put((byte) 0).putInt(id).array();
        assertEquals(ORDER, RECORDS.deserialize("any", headers("__value_schema_id", idHeader), avro));

        String guid = "2bc0a1a7-3c64-4e85-a0ab-2d1d1bfa1a0d";
        REGISTRY.answer("GET", "/schemas/guids/" + guid)
                .status(200)
                .body("{\"schema\":" + new ObjectMapper().valueToTree(order()) + "}");
        UUID parsed = UUID.fromString(guid);
        byte[] guidHeader = ByteBuffer.allocate(17)
                .put((byte) 1)
                .putLong(parsed.getMostSignificantBits())
                .putLong(parsed.getLeastSignificantBits())
                .array();
        assertEquals(ORDER, RECORDS.deserialize("any", headers("__value_schema_id", guidHeader), avro));
        assertTrue(reason(headers("__value_schema_id", new byte[] {7}), avro).contains("__value_schema_id"));
        assertTrue(reason(headers("__value_schema_id", null), avro).contains("__value_schema_id"));
    }

    @Test
    void otherFramesAreNamed() throws IOException {
        byte[] avro = avro(order(), ORDER_JSON);
        byte[] eight = ByteBuffer.allocate(9 + avro.length)
                .put((byte) 0)
                .putLong(7)
                .put(avro)
                .array();
        assertTrue(reason(eight).contains("Apicurio's id of eight bytes (7)"), reason(eight));
        for (String name : List.of("apicurio.value.globalId", "apicurio.value.contentId")) {
            String reason =
                    reason(headers(name, ByteBuffer.allocate(8).putLong(7).array()), avro);
            assertTrue(reason.contains(name) && reason.contains("apicurio.registry.headers.enabled"), reason);
        }
        Map<String, byte[]> likenesses = Map.of(
                "JSON", ORDER_JSON.getBytes(StandardCharsets.UTF_8),
                "single-object", new byte[] {(byte) 0xC3, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10},
                "empty", new byte[0]);
        likenesses.forEach((part, bytes) -> assertTrue(reason(bytes).contains(part), reason(bytes)));
    }

    /** Whatever is done to the bytes of a foreign writer, it is read or refused, and nothing else is thrown. */
    @Test
    void mutatedRecordsAreReadOrRefused() throws IOException {
        long seed = Seed.of("ForeignWritersTest.mutatedRecordsAreReadOrRefused");
        Random random = new Random(seed);
        List<byte[]> good = List.of(
                written(file("order-new-field"), ORDER_JSON.replace("}]}", "}],\"storeCode\":null}")),
                written(order().replace("io.leaktrace.avro", "com.shop"), ORDER_JSON),
                written(file("contact-new-symbol"), CONTACT_JSON));
        int refused = 0;
        for (int i = 0; i < 20_000; i++) {
            byte[] bytes = good.get(i % good.size()).clone();
            for (int change = random.nextInt(4); change >= 0; change--) {
                bytes[5 + random.nextInt(bytes.length - 5)] = (byte) random.nextInt(256);
            }
            try {
                assertTrue(read(bytes) != null);
            } catch (SerializationException e) {
                assertTrue(e.getMessage() != null);
                refused++;
            }
        }
        assertTrue(refused > 1_000, "only " + refused + " were refused");
    }
}
