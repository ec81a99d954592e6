package io.leaktrace.sources;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.leaktrace.domain.InputRecord;
import io.leaktrace.domain.OrderEvent;
import io.leaktrace.domain.ScamContact;
import io.leaktrace.privacy.PseudonymKey;
import io.leaktrace.privacy.Pseudonyms;
import io.leaktrace.wire.ForeignRecords;
import io.leaktrace.wire.LocalSchemaRegistry;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericDatumReader;
import org.apache.avro.generic.GenericDatumWriter;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.DecoderFactory;
import org.apache.avro.io.EncoderFactory;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SourceTopicTest {

    private static final String ORDERS = """
            t.order_id = value.id
            t.buyer_id = value.buyer
            t.occurred_at = value.at
            t.seller = value.shop
            """;

    private static final String CONTACTS = """
            c.contact_id = value.no
            c.buyer_id = value.who
            c.contacted_at = value.at
            """;

    private static final LocalSchemaRegistry REGISTRY = new LocalSchemaRegistry();

    @TempDir
    private static Path folder;

    private static SourceTopic topic(String lines) throws IOException {
        return topic(lines, Pseudonyms.NONE);
    }

    private static SourceTopic topic(String lines, Pseudonyms pseudonyms) throws IOException {
        Path file = folder.resolve("mapping.properties");
        Files.writeString(file, lines);
        boolean isOrders = lines.contains("t.");
        List<String> problems = new ArrayList<>();
        SourceMappings mappings = SourceMappings.read(
                file, isOrders ? Set.of("t") : Set.of(), isOrders ? Set.of() : Set.of("c"), problems);
        assertEquals(List.of(), problems);
        return new SourceTopic(mappings.topics().get(0), new ForeignRecords(REGISTRY), pseudonyms);
    }

    private static byte[] bytes(String text) {
        return text == null ? null : text.getBytes(StandardCharsets.UTF_8);
    }

    /** What a record is mapped to, in one line. */
    private static String read(SourceTopic topic, byte[] key, byte[] value) {
        Headers headers = new RecordHeaders().add("tenant", bytes("south")).add("tenant", bytes("north"));
        try {
            return topic.read(headers, key, value).map(SourceTopicTest::text).orElse("left out");
        } catch (SerializationException e) {
            return "rejected: " + e.getMessage();
        }
    }

    private static String text(InputRecord record) {
        if (record instanceof OrderEvent event) {
            return event.orderId() + " " + event.buyerId() + " " + event.type() + " " + event.occurredAt() + " "
                    + event.custodians()
                    + (event.saw().isEmpty() ? "" : " " + event.saw())
                    + (event.marks().isEmpty() ? "" : " " + event.marks())
                    + (event.decoy() ? " decoy" : "");
        }
        ScamContact contact = (ScamContact) record;
        return contact.contactId() + " " + contact.buyerId() + " " + contact.contactedAt() + " " + contact.reportedAt()
                + " " + contact.channel() + " " + contact.caller() + " "
                + contact.disclosed().stream().sorted().toList() + " " + contact.quotedOrderId() + " " + contact.loss()
                + " " + contact.source();
    }

    /** A line of a mapping more, or in place of one, and a JSON value with single quotes for double ones. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                // Places.
                "| {'id':7,'buyer':'b','at':'2024-07-22T09:30:00+08:00','shop':'s'} | 7 b PLACED 2024-07-22T01:30:00Z [SELLER:s]",
                "t.order_id = key | {'buyer':'b','at':1719999999,'shop':'s'} | k-1 b PLACED 2024-07-03T09:46:39Z [SELLER:s]",
                "t.order_id = header.tenant | {'buyer':'b','at':1719999999} | north b PLACED 2024-07-03T09:46:39Z []",
                "t.order_id = value.\"order no\" | {'order no':'o','buyer':'b','at':1719999999} | o b PLACED 2024-07-03T09:46:39Z []",
                "t.order_id = value.no, value.id | {'id':'o','no':' ','buyer':'b','at':1719999999} | o b PLACED 2024-07-03T09:46:39Z []",
                "t.order_id = value.a[1].b | {'a':[{'b':'x'},{'b':'y'}],'buyer':'b','at':1719999999} | y b PLACED 2024-07-03T09:46:39Z []",
                "t.seller = value.shops[].id, 'all' | {'id':'o','buyer':'b','at':1719999999,'shops':[{'id':2},{},{'id':'1'}]} | o b PLACED 2024-07-03T09:46:39Z [SELLER:1, SELLER:2, SELLER:all]",
                "t.seller = value.shops | {'id':'o','buyer':'b','at':1719999999,'shops':['2',null,'1']} | o b PLACED 2024-07-03T09:46:39Z [SELLER:1, SELLER:2]",
                "t.custodians = value.all | {'id':'o','buyer':'b','at':1719999999,'all':[{'role':'platform','id':'p'},'SELLER:x']} | o b PLACED 2024-07-03T09:46:39Z [PLATFORM:p, SELLER:x]",
                "t.custodians = value.all | {'id':'o','buyer':'b','at':1719999999,'all':[{'role':'seller','id':'s','saw':['name','PRODUCT']},{'role':'platform','id':'p','saw':null,'mark':' J. '}]} | o b PLACED 2024-07-03T09:46:39Z [PLATFORM:p, SELLER:s] {SELLER:s=[PRODUCT, NAME]} {PLATFORM:p=J.}",
                // Values.
                "t.type = value.t\\nt.type.map.PAID = '付款', Success | {'id':'o','buyer':'b','at':1719999999,'t':'success'} | o b PAID 2024-07-03T09:46:39Z []",
                "t.type = 'delivered' | {'id':'o','buyer':'b','at':1719999999} | o b DELIVERED 2024-07-03T09:46:39Z []",
                "t.type = 'CANCELLED' | {'id':'o','buyer':'b','at':1719999999,'shop':'s'} | o b CANCELLED 2024-07-03T09:46:39Z []",
                "t.decoy = value.d | {'id':'o','buyer':'b','at':1719999999,'d':true} | o b PLACED 2024-07-03T09:46:39Z [] decoy",
                "t.decoy = value.d | {'id':'o','buyer':'b','at':1719999999,'d':0} | o b PLACED 2024-07-03T09:46:39Z []",
                "t.decoy = value.d | {'id':'o','buyer':'b','at':1719999999} | o b PLACED 2024-07-03T09:46:39Z []",
                "t.decoy = value.d | {'id':'o','buyer':'b','at':1719999999,'d':'perhaps'} | rejected: 'decoy' must be true or false, not 'perhaps' (decoy = 'value.d')",
                "t.decoy = value.d\\nt.decoy.map.TRUE = honeypot | {'id':'o','buyer':'b','at':1719999999,'d':'Honeypot'} | o b PLACED 2024-07-03T09:46:39Z [] decoy",
                // Times.
                "time_zone = Asia/Shanghai | {'id':'o','buyer':'b','at':'2024-07-22 09:30:00'} | o b PLACED 2024-07-22T01:30:00Z []",
                "t.time_zone = Asia/Shanghai | {'id':'o','buyer':'b','at':'2024/7/22 9:30'} | o b PLACED 2024-07-22T01:30:00Z []",
                "t.occurred_at.format = seconds | {'id':'o','buyer':'b','at':1719999999.5} | o b PLACED 2024-07-03T09:46:39.500Z []",
                "t.occurred_at.format = micros | {'id':'o','buyer':'b','at':'1719999999123456'} | o b PLACED 2024-07-03T09:46:39.123Z []",
                "t.occurred_at.format = dd/MM/yyyy HH:mm | {'id':'o','buyer':'b','at':'22/07/2024 09:30'} | o b PLACED 2024-07-22T09:30:00Z []",
                // Conditions.
                "t.if.value.op = c, u | {'id':'o','buyer':'b','at':1719999999,'op':'u'} | o b PLACED 2024-07-03T09:46:39Z []",
                "t.if.value.op = c, u | {'op':'d'} | left out",
                "t.if.value.op = * | {'id':'o','buyer':'b','at':1719999999} | left out",
                "t.if.value.op = * | | left out",
                // Rejected.
                "| | rejected: the record has no value",
                "| {'id':'o','at':1719999999} | ~rejected: 'buyer_id' is missing: 'value' has no 'buyer' (buyer_id = 'value.buyer')~",
                "t.buyer_id = value.a.b, key.c | {'id':'o','at':1719999999,'a':{'b':null}} | ~rejected: 'buyer_id' is missing: 'value.a.b' is null; 'key' is text, not a record (buyer_id = 'value.a.b, key.c')~",
                "t.buyer_id = value.a | {'id':'o','at':1719999999,'a':{'b':7}} | ~rejected: 'buyer_id' must be one value, not a record; name a field of it (buyer_id = 'value.a')~",
                "t.buyer_id = value.a | {'id':'o','at':1719999999,'a':[7]} | ~rejected: 'buyer_id' must be one value, not a list; [0] behind its path takes its first element (buyer_id = 'value.a')~",
                "| {'id':'o','buyer':'b','at':'soon'} | ~rejected: 'occurred_at' is no time as in 2024-07-22 09:30:00: 'soon'; name its form in the mapping, as in t.FIELD.format = dd/MM/yyyy HH:mm (occurred_at = 'value.at')~",
                "t.occurred_at.format = millis | {'id':'o','buyer':'b','at':'soon'} | ~rejected: 'occurred_at' is no time of the form in the mapping: 'soon' (occurred_at = 'value.at')~",
                "t.occurred_at.format = seconds | {'id':'o','buyer':'b','at':1e30} | ~rejected: 'occurred_at' is no time of the form in the mapping: '1000000000000000000000000000000' (occurred_at = 'value.at')~",
                "| {'id':1e400,'buyer':'b','at':1719999999} | ~rejected: 'order_id' must be one value, not a number (order_id = 'value.id')~",
                "t.custodians = value.all | {'id':'o','buyer':'b','at':1719999999,'all':[{'role':'seller','id':'s','saw':['secret']}]} | ~rejected: unknown field in 'saw', 'secret', known are PRODUCT, ORDER_TIME, PRICE, NAME, PHONE, ADDRESS, TRACKING_NUMBER, ID_NUMBER, BANK_CARD (custodians = 'value.all')~",
                "t.type = value.t | {'id':'o','buyer':'b','at':1719999999,'t':'gone'} | ~rejected: unknown type 'gone', known are PLACED, PAID, PICKED_UP, ARRIVED, DELIVERED, CANCELLED, ACCESSED (type = 'value.t')~",
                "| {'id': | rejected: the value cannot be read: not JSON: Unexpected end-of-input within/between Object entries",
                "| hello | rejected: the value cannot be read: not in Confluent's wire format: it does not begin with a 0 byte and a schema id",
                "t.key.format = long\\nt.order_id = key | {'buyer':'b','at':1719999999} | rejected: the key cannot be read: 3 bytes are no number of 8 bytes",
            })
    void jsonOrderEvents(String lines, String json, String expected) throws IOException {
        String more = lines == null ? "" : lines.replace("\\n", "\n");
        String kept = ORDERS.lines()
                .filter(line -> more.lines().noneMatch(other -> other.startsWith(line.split("=")[0])))
                .reduce("", (one, other) -> one + "\n" + other);
        SourceTopic topic = topic(kept + "\n" + more);
        assertEquals(expected, read(topic, bytes("k-1"), bytes(json == null ? null : json.replace('\'', '"'))));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "| {'no':1,'who':'b','at':'2024-07-22T09:30:00Z'} | 1 b 2024-07-22T09:30:00Z 2024-07-22T09:30:00Z CALL null [] null null null",
                "| {'no':1,'who':'b','at':'2024-07-22'} | 1 b 2024-07-22T23:59:59.999Z 2024-07-22T23:59:59.999Z CALL null [] null null null",
                "c.channel = value.via\\nc.channel.map.MESSAGE = wechat | {'no':1,'who':'b','at':1719999999,'via':'WeChat'} | 1 b 2024-07-03T09:46:39Z 2024-07-03T09:46:39Z MESSAGE null [] null null null",
                "c.disclosed = value.told\\nc.disclosed.map.PRICE = 价格 | {'no':1,'who':'b','at':1719999999,'told':['价格','name']} | 1 b 2024-07-03T09:46:39Z 2024-07-03T09:46:39Z CALL null [PRICE, NAME] null null null",
                "c.disclosed = value.told | {'no':1,'who':'b','at':1719999999,'told':'price, NAME'} | 1 b 2024-07-03T09:46:39Z 2024-07-03T09:46:39Z CALL null [PRICE, NAME] null null null",
                "c.loss = value.lost | {'no':1,'who':'b','at':1719999999,'lost':{'amount':12.50,'currency':'cny'}} | 1 b 2024-07-03T09:46:39Z 2024-07-03T09:46:39Z CALL null [] null Loss[amount=12.5, currency=CNY] null",
                "c.loss_amount = value.lost\\nc.loss_currency = 'CNY'\\nc.quoted_order_id = value.o\\nc.caller = value.from\\nc.source = 'police' | {'no':1,'who':'b','at':1719999999,'lost':'12.50','o':3,'from':'x'} | 1 b 2024-07-03T09:46:39Z 2024-07-03T09:46:39Z CALL x [] 3 Loss[amount=12.50, currency=CNY] POLICE",
                "c.reported_at = value.filed | {'no':1,'who':'b','at':1719999999,'filed':'late'} | ~rejected: 'reported_at' is no time as in 2024-07-22 09:30:00: 'late'; name its form in the mapping, as in c.FIELD.format = dd/MM/yyyy HH:mm (reported_at = 'value.filed')~",
                "c.loss = value.lost | {'no':1,'who':'b','at':1719999999,'lost':3} | ~rejected: 'loss' must be a record, not a number (loss = 'value.lost')~",
            })
    void jsonContacts(String lines, String json, String expected) throws IOException {
        SourceTopic topic = topic(CONTACTS + (lines == null ? "" : lines.replace("\\n", "\n")));
        assertEquals(expected, read(topic, null, bytes(json.replace('\'', '"'))));
    }

    private static final String TRADE = """
            {"type":"record","name":"Trade","namespace":"cn.shop.trade","fields":[
              {"name":"id","type":{"type":"string","logicalType":"uuid"}},
              {"name":"body","type":["null",
                {"type":"record","name":"Order","fields":[
                  {"name":"buyer","type":["null","string","long"]},
                  {"name":"at","type":{"type":"long","logicalType":"timestamp-micros"}},
                  {"name":"day","type":{"type":"int","logicalType":"date"}},
                  {"name":"local","type":{"type":"long","logicalType":"local-timestamp-millis"}},
                  {"name":"plain","type":"long"},
                  {"name":"status","type":{"type":"enum","name":"Status","symbols":["WAIT","PAID"]}},
                  {"name":"price","type":{"type":"bytes","logicalType":"decimal","precision":12,"scale":2}},
                  {"name":"shops","type":{"type":"array","items":
                    {"type":"record","name":"Shop","fields":[{"name":"no","type":"int"}]}}},
                  {"name":"hubs","type":{"type":"map","values":["null","string"]}},
                  {"name":"uid","type":{"type":"fixed","name":"Uid","size":16,"logicalType":"uuid"}}]},
                {"type":"record","name":"Refund","fields":[{"name":"buyer","type":"string"}]}]}]}
            """;

    private static final String ORDER_BODY = """
            {"id":"no uuid","body":{"cn.shop.trade.Order":{"buyer":{"long":13800138000},"at":1719999999123456,"day":19907,
            "local":1720000000000,"plain":1719999999123,"status":"PAID","price":"\\u000f\\u0018",
            "shops":[{"no":3},{"no":4}],"hubs":{"first":{"string":"h-1"},"second":null},
            "uid":"\\u0000\\u0001\\u0002\\u0003\\u0004\\u0005\\u0006\\u0007\\u0008\\u0009\\u000a\\u000b\\u000c\\u000d\\u000e\\u000f"}}}
            """;

    private static byte[] avro(String schema, String json) throws IOException {
        Schema writer = new Schema.Parser().parse(schema);
        Object value =
                new GenericDatumReader<>(writer).read(null, DecoderFactory.get().jsonDecoder(writer, json));
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.write(0);
        out.write(ByteBuffer.allocate(Integer.BYTES)
                .putInt(REGISTRY.register("any", writer))
                .array());
        BinaryEncoder encoder = EncoderFactory.get().binaryEncoder(out, null);
        new GenericDatumWriter<>(writer).write(value, encoder);
        encoder.flush();
        return out.toByteArray();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "value.body.at | value.body.uid | 2024-07-03T09:46:39.123Z | 00010203-0405-0607-0809-0a0b0c0d0e0f",
                "value.body.day | value.body.price | 2024-07-02T16:00:00Z | 38.64",
                "value.body.local | value.body.hubs.first | 2024-07-03T01:46:40Z | h-1",
                "value.body.plain | value.body.hubs.second, value.id | 2024-07-03T09:46:39.123Z | no uuid",
            })
    void avroOfAnySchema(String time, String order, String at, String id) throws IOException {
        SourceTopic topic = topic("time_zone = Asia/Shanghai\nt.order_id = " + order
                + "\nt.buyer_id = value.body.buyer\nt.occurred_at = " + time
                + "\nt.type = value.body.status\nt.seller = value.body.shops[].no");
        assertEquals(
                id + " 13800138000 PAID " + at + " [SELLER:3, SELLER:4]", read(topic, null, avro(TRADE, ORDER_BODY)));
    }

    @Test
    void anotherBranchOfAUnionLacksWhatIsMapped() throws IOException {
        SourceTopic topic =
                topic("t.order_id = value.id\nt.buyer_id = value.body.buyer\nt.occurred_at = value.body.at");
        byte[] refund = avro(TRADE, "{\"id\":\"r\",\"body\":{\"cn.shop.trade.Refund\":{\"buyer\":\"b\"}}}");
        assertEquals(
                "rejected: 'occurred_at' is missing: 'value.body' has no 'at' (occurred_at = 'value.body.at')",
                read(topic, null, refund));
        assertEquals(
                "rejected: 'buyer_id' is missing: 'value.body' is null (buyer_id = 'value.body.buyer')",
                read(topic, null, avro(TRADE, "{\"id\":\"r\",\"body\":null}")));
    }

    @Test
    void avroKeys() throws IOException {
        SourceTopic topic =
                topic("t.order_id = key.no\nt.buyer_id = value.buyer\nt.occurred_at = value.at\nt.seller = key.shop");
        byte[] key = avro(
                "{\"type\":\"record\",\"name\":\"K\",\"fields\":[{\"name\":\"no\",\"type\":\"long\"},"
                        + "{\"name\":\"shop\",\"type\":\"string\"}]}",
                "{\"no\":5,\"shop\":\"s\"}");
        assertEquals(
                "5 b PLACED 2024-07-03T09:46:39Z [SELLER:s]",
                read(topic, key, bytes("{\"buyer\":\"b\",\"at\":1719999999}")));
    }

    /** Names that a mapping gives and the schema lacks. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "value.body.shop | ~'value.body' has no field 'shop' (record cn.shop.trade.Order); it has buyer, at, day, local, plain, status, price, shops, hubs, uid~",
                "value.body.shops.no | ~'value.body.shops' is a list; write 'value.body.shops[].no' for all of its elements, 'value.body.shops[0].no' for the first~",
                "value.id.x | ~'value.id' is of type string, which has no '.x'~",
                "value.body.hubs[0] | ~'value.body.hubs' is of type map, which has no '[0]'~",
            })
    void pathsThatASchemaLacks(String path, String problem) throws IOException {
        SourceTopic topic = topic(
                "t.order_id = value.id\nt.buyer_id = value.id\nt.occurred_at = value.body.at\nt.seller = " + path);
        assertEquals(
                problem,
                topic.examine(new RecordHeaders(), null, avro(TRADE, ORDER_BODY))
                        .wrong()
                        .get("t.seller"));
    }

    /** Values that a decoder could take too much memory or time for, or that overflow the stack. */
    @ParameterizedTest
    @ValueSource(strings = {"[", "{\"a\":", "1e999999999"})
    void harmfulJsonIsRejected(String part) throws IOException {
        String value = part.startsWith("1") ? "{\"id\":" + part + "}" : part.repeat(50_000);
        assertTrue(read(topic(ORDERS), null, bytes(value)).startsWith("rejected: "), "it is accepted");
    }

    @Test
    void theExampleInTheDocumentationIsRead() throws IOException {
        // The first three blocks of code: an order, a call, the mapping.
        String[] page = Files.readString(Path.of("../../docs/topics.md")).split("```");
        Path file = folder.resolve("documented.properties");
        Files.writeString(file, page[5].substring("properties".length()));
        List<String> problems = new ArrayList<>();
        SourceMappings mappings = SourceMappings.read(file, Set.of("shop.trades"), Set.of("service.calls"), problems);
        assertEquals(List.of(), problems);
        ForeignRecords records = new ForeignRecords(REGISTRY);
        SourceTopic calls = new SourceTopic(mappings.topics().get(0), records, Pseudonyms.NONE);
        SourceTopic trades = new SourceTopic(mappings.topics().get(1), records, Pseudonyms.NONE);
        assertEquals(
                "T-1 138 0013 8000 PAID 2024-07-03T09:46:39.123Z [LOGISTICS_NODE:h-3, PAYMENT_CHANNEL:p-2, SELLER:s-1, "
                        + "SELLER:s-7]",
                read(trades, bytes("T-1"), bytes(page[1])));
        assertEquals(
                "k-1 13800138000 2024-07-03T10:05:00Z 2024-07-03T10:05:00.500Z CALL null [PRODUCT, PRICE] T-1 null null",
                read(calls, bytes("k-1"), bytes(page[3])));
    }

    @Test
    void buyersAndCallersGetPseudonyms() throws IOException {
        Path file = folder.resolve("key");
        Files.writeString(file, "v1:" + "00112233445566778899aabbccddeeff102132435465768798a9bacbdcedfe0f");
        file.toFile().setReadable(false, false);
        file.toFile().setReadable(true, true);
        Pseudonyms pseudonyms = Pseudonyms.with(PseudonymKey.read(file), "CN");
        OrderEvent event = (OrderEvent) topic(ORDERS, pseudonyms)
                .read(
                        new RecordHeaders(),
                        null,
                        bytes("{\"id\":1,\"buyer\":\"138 0013 8000\",\"at\":1719999999,\"shop\":2}"))
                .orElseThrow();
        ScamContact contact = (ScamContact) topic(CONTACTS + "c.caller = value.from", pseudonyms)
                .read(
                        new RecordHeaders(),
                        null,
                        bytes("{\"no\":1,\"who\":\"+8613800138000\",\"at\":1719999999,\"from\":\"13800138000\"}"))
                .orElseThrow();
        assertTrue(event.buyerId().startsWith("v1."), event.buyerId());
        assertEquals(event.buyerId(), contact.buyerId());
        assertTrue(contact.caller().startsWith("v1."), contact.caller());
        assertNotEquals(contact.buyerId(), contact.caller());
    }

    private static List<String> mistakes(String... lines) throws IOException {
        Path file = folder.resolve("wrong.properties");
        Files.writeString(file, String.join("\n", lines));
        List<String> problems = new ArrayList<>();
        SourceMappings.read(file, Set.of("shop.orders", "shop.orders.cn"), Set.of("calls"), problems);
        String before = "mapping " + file + ": ";
        problems.forEach(problem -> assertTrue(problem.startsWith(before), problem));
        return problems.stream()
                .map(problem -> problem.substring(before.length()))
                .sorted(Comparator.naturalOrder())
                .toList();
    }

    @Test
    void aMappingWithoutMistakes() throws IOException {
        assertEquals(
                List.of(),
                mistakes(
                        "\uFEFF# a comment",
                        "shop.orders.orderId = value.id",
                        "shop.orders.BUYER_ID = key.buyer",
                        "shop.orders.occurred_at = value.at",
                        "shop.orders.cn.order_id = value.a[0].\"b.c\"[1]",
                        "shop.orders.cn.buyer_id = header.x-buyer",
                        "shop.orders.cn.occurred_at = value.at",
                        "calls.buyer_id = value.who, 'nobody, really'",
                        "calls.contacted_at = value.at"));
    }

    @Test
    void allMistakesOfAMappingAreNamed() throws IOException {
        List<String> expected = List.of(
                "calls.channel.map.SMS: 'Phone' stands for CALL already, in another line",
                "calls.channel: there is no 'pigeon'; there are CALL, SMS, MESSAGE, EMAIL, OTHER",
                "calls: 'buyer_id' is missing; add a line, as in: calls.buyer_id = value.buyer_id",
                "calls: 'contacted_at' is missing; add a line, as in: calls.contacted_at = value.contacted_at",
                "calls: 'disclosed' has options and no path; add a line, as in: calls.disclosed = value.disclosed",
                "order.order_id: it begins with the name of no topic in source.orders or source.contacts (calls, "
                        + "shop.orders, shop.orders.cn)",
                "shop.orders.buyer_id: 'value.a[].b' leads to several values, and 'buyer_id' has one; [0] in place of [] "
                        + "takes the first",
                "shop.orders.cn.buyer_id: 'header.a.b' is no path: a header has a name and no parts, as in header.tenant",
                "shop.orders.cn.if.value.op: it has no value; write those that a record must have, or * for any, as in: "
                        + "if.value.op = c, u",
                "shop.orders.cn.key.format: there is no format 'xml'; there are auto, avro, json, text, long, int",
                "shop.orders.cn.occurred_at.format: 'weeks' is no form of times; it is one of seconds, millis, micros, "
                        + "nanos, or a pattern as in dd/MM/yyyy HH:mm:ss",
                "shop.orders.cn.occurred_at: it has no value; write a path, as in value.order.id, or a 'constant'",
                "shop.orders.cn.order_id: 'id' is no path: it begins with value, key or header, as in value.order.id; a "
                        + "constant stands in single quotes, as in 'id'",
                "shop.orders.cn.time_zone: there is no time zone 'Peking'; it is named as in Asia/Shanghai",
                "shop.orders.cn.value.format: there is no format 'text'; there are auto, avro, json",
                "shop.orders.occurred_at: 'value.a..b' is no path: '..b' is neither .name nor .\"a name\" nor [] nor [0]",
                "shop.orders.order_id.map.X: there is no option 'map.X' of 'order_id'; there are none",
                "shop.orders.order_id: it is set twice",
                "shop.orders.saler: there is no field 'saler' of order events; there are event_id, order_id, buyer_id, "
                        + "type, occurred_at, decoy, custodians, seller, logistics_node, payment_channel, service_provider, platform",
                "shop.orders.seller: a quote is opened and not closed, in 'tmall");
        assertEquals(
                expected,
                mistakes(
                        "order.order_id = value.id",
                        "shop.orders.order_id = value.id",
                        "shop.orders.order_id = value.no",
                        "shop.orders.order_id.map.X = y",
                        "shop.orders.buyer_id = value.a[].b",
                        "shop.orders.occurred_at = value.a..b",
                        "shop.orders.saler = value.s",
                        "shop.orders.seller = 'tmall",
                        "shop.orders.cn.order_id = id",
                        "shop.orders.cn.buyer_id = header.a.b",
                        "shop.orders.cn.occurred_at =",
                        "shop.orders.cn.occurred_at.format = weeks",
                        "shop.orders.cn.time_zone = Peking",
                        "shop.orders.cn.if.value.op =",
                        "shop.orders.cn.key.format = xml",
                        "shop.orders.cn.value.format = text",
                        "calls.channel = 'pigeon'",
                        "calls.channel.map.SMS = Phone",
                        "calls.channel.map.CALL = phone",
                        "calls.disclosed.map.PRICE = x"));
        assertEquals(expected.size(), new HashSet<>(expected).size());
    }

    @Test
    void filesThatCannotBeRead() throws IOException {
        List<String> problems = new ArrayList<>();
        Path missing = folder.resolve("missing");
        SourceMappings.read(missing, Set.of("t"), Set.of(), problems);
        Path gbk = folder.resolve("gbk");
        Files.write(gbk, new byte[] {(byte) 0xD6, (byte) 0xD0});
        SourceMappings.read(gbk, Set.of("t"), Set.of(), problems);
        Path escaped = folder.resolve("escaped");
        Files.writeString(escaped, "t.order_id = \\u12");
        SourceMappings.read(escaped, Set.of("t"), Set.of(), problems);
        assertEquals(
                List.of(
                        "mapping " + missing + ": there is no such file",
                        "mapping " + gbk + ": it is not in UTF-8",
                        "mapping " + escaped + ": it cannot be read: Malformed \\uxxxx encoding."),
                problems);
    }
}
