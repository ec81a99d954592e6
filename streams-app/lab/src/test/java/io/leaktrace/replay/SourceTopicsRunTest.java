package io.leaktrace.replay;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.leaktrace.domain.Custodian;
import io.leaktrace.domain.Evidence;
import io.leaktrace.domain.InputRecord;
import io.leaktrace.domain.OrderEvent;
import io.leaktrace.domain.Role;
import io.leaktrace.domain.ScamContact;
import io.leaktrace.runtime.Pipeline;
import io.leaktrace.runtime.PlacementSample;
import io.leaktrace.runtime.Setting;
import io.leaktrace.runtime.Settings;
import io.leaktrace.runtime.SettingsException;
import io.leaktrace.runtime.StartException;
import io.leaktrace.runtime.TopicAdmin;
import io.leaktrace.simulate.MarketOverrides;
import io.leaktrace.topics.DeadLetter;
import io.leaktrace.topics.DeadLetterBox;
import io.leaktrace.topics.TopicReader;
import io.leaktrace.wire.HttpSchemaRegistry;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.math.BigDecimal;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.UUID;
import java.util.concurrent.Future;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericDatumWriter;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.EncoderFactory;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;

/**
 * A market whose orders are on a topic in a shop's own Avro, keyed by order, and whose contacts are on a topic of JSON:
 * the pipeline and a replay find what they find if the market is in Leaktrace's own form.
 */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class SourceTopicsRunTest {

    private static final String APPLICATION = "mapped";
    private static final String ORDERS = "shop.trades";
    private static final String CALLS = "service.calls";
    private static final ZoneId ZONE = ZoneId.of("Asia/Shanghai");
    private static final DateTimeFormatter LOCAL = DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss.SSS");
    private static final ObjectMapper JSON = new ObjectMapper();

    private static final String MAPPING = """
            time_zone = Asia/Shanghai

            shop.trades.if.value.op = CREATE, UPDATE
            shop.trades.event_id = value.message
            shop.trades.order_id = value.trade.number
            shop.trades.buyer_id = value.trade.customer.account
            shop.trades.occurred_at = value.trade.changed
            shop.trades.type = value.trade.status
            shop.trades.type.map.PLACED = WAIT_BUYER_PAY
            shop.trades.type.map.PAID = WAIT_SELLER_SEND_GOODS
            shop.trades.type.map.PICKED_UP = COLLECTED
            shop.trades.type.map.ARRIVED = AT_HUB
            shop.trades.type.map.DELIVERED = TRADE_FINISHED
            shop.trades.type.map.CANCELLED = TRADE_CLOSED
            shop.trades.seller = value.trade.shops[].id
            shop.trades.logistics_node = value.trade.hubs
            shop.trades.payment_channel = value.trade.parties.pay
            shop.trades.service_provider = value.trade.parties.erp
            shop.trades.platform = header.platform

            service.calls.contact_id = key
            service.calls.buyer_id = value.caller.account
            service.calls.contacted_at = value.times[0]
            service.calls.reported_at = value.times[1]
            service.calls.reported_at.format = seconds
            service.calls.channel = value.via
            service.calls.channel.map.CALL = 电话
            service.calls.channel.map.SMS = 短信
            service.calls.caller = value.from
            service.calls.impersonated = value.claimed
            service.calls.disclosed = value.known[].what
            service.calls.quoted_order_id = value.order
            service.calls.loss_amount = value.lost
            service.calls.loss_currency = 'CNY'
            service.calls.source = value.source
            """;

    private static final Schema TRADE = new Schema.Parser().parse("""
                    {"type":"record","name":"TradeMessage","namespace":"cn.shop.trade.v3","fields":[
                      {"name":"message","type":{"type":"string","logicalType":"uuid"}},
                      {"name":"op","type":{"type":"enum","name":"Op","symbols":["CREATE","UPDATE","DELETE"]}},
                      {"name":"trade","type":["null",{"type":"record","name":"Trade","fields":[
                        {"name":"number","type":["null","string"]},
                        {"name":"status","type":"string"},
                        {"name":"changed","type":{"type":"long","logicalType":"timestamp-micros"}},
                        {"name":"amount","type":{"type":"bytes","logicalType":"decimal","precision":12,"scale":2}},
                        {"name":"customer","type":{"type":"record","name":"Customer","namespace":"cn.shop.people",
                          "fields":[{"name":"account","type":["null","string"],"default":null},
                                    {"name":"vip","type":"boolean"}]}},
                        {"name":"shops","type":{"type":"array","items":{"type":"record","name":"Shop","fields":[
                          {"name":"id","type":"string"}]}}},
                        {"name":"hubs","type":["null",{"type":"array","items":"string"}]},
                        {"name":"parties","type":{"type":"map","values":{"type":"array","items":"string"}}}]}]}]}
                    """);

    private static final Map<String, String> STATUS = Map.of(
            "PLACED", "WAIT_BUYER_PAY",
            "PAID", "WAIT_SELLER_SEND_GOODS",
            "PICKED_UP", "COLLECTED",
            "ARRIVED", "AT_HUB",
            "DELIVERED", "TRADE_FINISHED",
            "CANCELLED", "TRADE_CLOSED");

    @TempDir
    private static Path folder;

    private static ComparedMarket market;
    private static int schemaId;

    @BeforeAll
    static void start() throws Exception {
        market = new ComparedMarket(folder, new MarketOverrides(150, 26, 2_500, 60, 15, null, null, 0.2));
        Settings settings = market.settings("writer", Map.of());
        schemaId =
                new HttpSchemaRegistry(settings.registry(), Duration.ofMinutes(1)).register(ORDERS + "-value", TRADE);
        try (Admin admin = Admin.create(settings.kafka());
                TopicAdmin topics = new TopicAdmin(settings)) {
            admin.createTopics(List.of(
                            new NewTopic(ORDERS, 3, (short) 1).configs(ComparedMarket.FOREVER),
                            new NewTopic(CALLS, 2, (short) 1).configs(ComparedMarket.FOREVER)))
                    .all()
                    .get();
            topics.partitions(List.of(ORDERS, CALLS));
        }
        List<ProducerRecord<byte[], byte[]>> records = new ArrayList<>();
        for (OrderEvent event : market.orders) {
            records.add(trade(event));
        }
        for (ScamContact contact : market.contacts) {
            records.add(call(contact));
        }
        records.sort((one, other) -> Long.compare(one.timestamp(), other.timestamp()));
        records.addAll(rejected(records.get(records.size() - 1).timestamp()));
        send(settings, records);
    }

    @AfterAll
    static void stop() {
        market.close();
    }

    private static void send(Settings settings, List<ProducerRecord<byte[], byte[]>> records) throws Exception {
        try (KafkaProducer<byte[], byte[]> producer =
                new KafkaProducer<>(settings.kafka(), new ByteArraySerializer(), new ByteArraySerializer())) {
            List<Future<?>> sent = new ArrayList<>();
            records.forEach(record -> sent.add(producer.send(record)));
            for (var one : sent) {
                one.get();
            }
        }
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static List<String> ids(OrderEvent event, Role role) {
        return event.custodians().stream()
                .filter(custodian -> custodian.role() == role)
                .map(Custodian::id)
                .toList();
    }

    private static GenericRecord message(OrderEvent event) {
        GenericRecord message = new GenericData.Record(TRADE);
        message.put("message", UUID.nameUUIDFromBytes(bytes(event.eventId())).toString());
        message.put("op", new GenericData.EnumSymbol(TRADE.getField("op").schema(), "UPDATE"));
        Schema tradeSchema = TRADE.getField("trade").schema().getTypes().get(1);
        GenericRecord trade = new GenericData.Record(tradeSchema);
        trade.put("number", event.orderId());
        trade.put("status", STATUS.get(event.type().name()));
        trade.put("changed", event.occurredAt().toEpochMilli() * 1_000 + 7);
        trade.put("amount", ByteBuffer.wrap(new byte[] {15, 24}));
        GenericRecord customer =
                new GenericData.Record(tradeSchema.getField("customer").schema());
        customer.put("account", event.buyerId());
        customer.put("vip", false);
        trade.put("customer", customer);
        List<GenericRecord> shops = new ArrayList<>();
        for (String id : ids(event, Role.SELLER)) {
            GenericRecord shop = new GenericData.Record(
                    tradeSchema.getField("shops").schema().getElementType());
            shop.put("id", id);
            shops.add(shop);
        }
        trade.put("shops", shops);
        List<String> hubs = ids(event, Role.LOGISTICS_NODE);
        trade.put("hubs", hubs.isEmpty() ? null : hubs);
        trade.put(
                "parties",
                Map.of(
                        "pay", ids(event, Role.PAYMENT_CHANNEL),
                        "erp", ids(event, Role.SERVICE_PROVIDER)));
        message.put("trade", trade);
        return message;
    }

    private static byte[] written(GenericRecord message) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.write(0);
        out.write(ByteBuffer.allocate(Integer.BYTES).putInt(schemaId).array());
        BinaryEncoder encoder = EncoderFactory.get().binaryEncoder(out, null);
        new GenericDatumWriter<>(TRADE).write(message, encoder);
        encoder.flush();
        return out.toByteArray();
    }

    private static ProducerRecord<byte[], byte[]> trade(OrderEvent event) throws IOException {
        ProducerRecord<byte[], byte[]> record = new ProducerRecord<>(
                ORDERS, null, event.occurredAt().toEpochMilli(), bytes(event.orderId()), written(message(event)));
        ids(event, Role.PLATFORM).forEach(id -> record.headers().add("platform", bytes(id)));
        return record;
    }

    private static ProducerRecord<byte[], byte[]> call(ScamContact contact) throws IOException {
        ObjectNode value = JSON.createObjectNode();
        value.putObject("caller").put("account", contact.buyerId());
        value.putArray("times")
                .add(LOCAL.format(contact.contactedAt().atZone(ZONE)))
                .add(BigDecimal.valueOf(contact.reportedAt().toEpochMilli(), 3));
        value.put(
                "via",
                switch (contact.channel()) {
                    case CALL -> "电话";
                    case SMS -> "短信";
                    default -> contact.channel().name();
                });
        value.put("from", contact.caller());
        value.put("claimed", contact.impersonated());
        contact.disclosed().stream().sorted().forEach(field -> value.withArray("known")
                .addObject()
                .put("what", field.name().toLowerCase(Locale.ROOT)));
        value.put("order", contact.quotedOrderId());
        if (contact.loss() != null) {
            value.put("lost", contact.loss().amount());
        }
        if (contact.source() != null) {
            value.put("source", contact.source().name());
        }
        return new ProducerRecord<>(
                CALLS,
                null,
                contact.reportedAt().toEpochMilli(),
                bytes(contact.contactId()),
                JSON.writeValueAsBytes(value));
    }

    /** Records that do not map, or are left out. */
    private static List<ProducerRecord<byte[], byte[]>> rejected(long time) throws IOException {
        OrderEvent event = market.orders.get(0);
        GenericRecord deleted = message(event);
        deleted.put("op", new GenericData.EnumSymbol(TRADE.getField("op").schema(), "DELETE"));
        deleted.put("trade", null);
        GenericRecord withoutBuyer = message(event);
        ((GenericRecord) ((GenericRecord) withoutBuyer.get("trade")).get("customer")).put("account", null);
        GenericRecord refunded = message(event);
        ((GenericRecord) refunded.get("trade")).put("status", "REFUNDING");
        List<ProducerRecord<byte[], byte[]>> records = new ArrayList<>();
        for (byte[] value :
                new byte[][] {written(deleted), null, written(withoutBuyer), written(refunded), bytes("no Avro")}) {
            records.add(new ProducerRecord<>(ORDERS, 0, time, bytes("o"), value));
        }
        records.add(new ProducerRecord<>(CALLS, 0, time, null, bytes("{\"caller\":{\"account\":\"b\"}}")));
        return records;
    }

    private static Settings settings(String mapping) throws IOException {
        Path file = folder.resolve("mapping.properties");
        Files.writeString(file, mapping);
        Path key = folder.resolve("key");
        if (Files.notExists(key)) {
            Files.writeString(key, "v1:00112233445566778899aabbccddeeff102132435465768798a9bacbdcedfe0f");
            Files.setPosixFilePermissions(key, PosixFilePermissions.fromString("rw-------"));
        }
        return market.settings(
                APPLICATION,
                Map.of(
                        Setting.SOURCE_ORDERS.key(),
                        ORDERS,
                        Setting.SOURCE_CONTACTS.key(),
                        CALLS,
                        Setting.SOURCE_MAPPING.key(),
                        file.toString(),
                        Setting.SOURCE_PSEUDONYM_KEY.key(),
                        key.toString()));
    }

    /** Before there is any topic of Leaktrace. */
    @Test
    @Order(1)
    void aReplayFindsWhatItFindsInOurForm() throws Exception {
        Settings settings = settings(MAPPING);
        Path replayed = market.replayTopics(settings);
        JsonNode manifest = ReplayPlan.read(replayed.resolve("manifest.json"));
        History history = TopicHistory.of(settings, "test");
        assertEquals(history.described(), history.as(manifest).described());
        Settings changed = settings(MAPPING + "# other");
        History other = TopicHistory.of(changed, "test");
        assertThrows(StartException.class, () -> other.as(manifest));
        assertEquals(4, manifest.path("counts").path("bad").asInt(), manifest.toString());
    }

    @Test
    @Order(2)
    void aRunFindsWhatItFindsInOurForm() throws Exception {
        Settings settings = settings(MAPPING);
        try (TopicAdmin topics = new TopicAdmin(settings)) {
            topics.registerSchemas();
            TopicAdmin.requireSound(topics.createMissing(ComparedMarket.FOREVER));
        }
        PlacementSample sample = PlacementSample.of(settings);
        assertEquals(Map.of(CALLS, 2, ORDERS, 3), sample.placement().sourcePartitions());
        market.run(settings, sample);

        Set<String> buyers = new TreeSet<>();
        try (TopicReader reader = new TopicReader(settings, settings.topics().leakEvidence())) {
            reader.readToEnd(record -> buyers.add(((Evidence) record).buyerId()));
        }
        assertTrue(buyers.stream().allMatch(buyer -> buyer.startsWith("v1.")), buyers.toString());
        assertEquals(sample.placement(), PlacementSample.of(settings).placement());
        try (TopicAdmin admin = new TopicAdmin(settings)) {
            admin.claimState(
                    Pipeline.topology(settings, sample.placement()),
                    sample.placement().partitions(),
                    false);
        }
    }

    @Test
    @Order(3)
    void whatDoesNotMapGoesToDeadLettersWithThePathThatFailed() throws Exception {
        Settings settings = settings(MAPPING);
        DeadLetterBox box = new DeadLetterBox(settings, Clock.systemUTC());
        Map<String, DeadLetter> letters = new TreeMap<>();
        box.forEach(letter -> letters.put(letter.topic() + ": " + letter.reason(), letter));
        assertEquals(
                List.of(
                        CALLS + ": 'contacted_at' is missing: 'value' has no 'times' (contacted_at = 'value.times[0]')",
                        ORDERS + ": 'buyer_id' is missing: 'value.trade.customer.account' is null (buyer_id = "
                                + "'value.trade.customer.account')",
                        ORDERS
                                + ": the value cannot be read: not in Confluent's wire format: it does not begin with a 0 "
                                + "byte and a schema id",
                        ORDERS + ": unknown type 'REFUNDING', known are PLACED, PAID, PICKED_UP, ARRIVED, DELIVERED, "
                                + "CANCELLED, ACCESSED (type = 'value.trade.status')"),
                List.copyOf(letters.keySet()));
        DeadLetter call = letters.get(List.copyOf(letters.keySet()).get(0));
        assertEquals("{\"caller\":{\"account\":\"b\"}}", new String(call.value(), StandardCharsets.UTF_8));
        assertEquals(null, call.key());

        assertTrue(box.refusal(call).isPresent());
        // With a better mapping, what a letter is mapped to is sent to our own topic, and nothing to the source topic.
        Settings paid = settings(MAPPING.replace("= WAIT_SELLER_SEND_GOODS", "= WAIT_SELLER_SEND_GOODS, REFUNDING"));
        DeadLetterBox now = new DeadLetterBox(paid, Clock.systemUTC());
        DeadLetter refunding = letters.get(List.copyOf(letters.keySet()).get(3));
        assertEquals(Optional.empty(), now.refusal(refunding));
        now.send(List.of(refunding));
        List<Object> sent = new ArrayList<>();
        try (TopicReader reader = new TopicReader(paid, paid.topics().orderEvents())) {
            reader.readToEnd(sent::add);
        }
        assertEquals(1, sent.size());
        assertEquals(market.orders.get(0).orderId(), ((OrderEvent) sent.get(0)).orderId());
        assertTrue(((OrderEvent) sent.get(0)).buyerId().startsWith("v1."));
    }

    @Test
    @Order(4)
    void aMappingThatDoesNotFitTheRecordsEndsTheStartWithAllMistakes() throws Exception {
        Settings wrong = settings(MAPPING.replace("value.trade.customer.account", "value.trade.customer.acount")
                .replace("value.trade.shops[].id", "value.trade.shops.id")
                .replace("value.trade.hubs", "value.trade.hub")
                .replace("value.trade.changed", "value.trade.status")
                .replace("value.caller.account", "value.caller.id")
                .replace("value.times[0]", "value.times"));
        SettingsException mistakes = assertThrows(SettingsException.class, () -> PlacementSample.of(wrong));
        String end = "; so it is in all of N records of the topic looked at";
        assertEquals(
                List.of(
                        CALLS + ".buyer_id: 'buyer_id' is missing: 'value.caller' has no 'id' (buyer_id = "
                                + "'value.caller.id')" + end,
                        CALLS
                                + ".contacted_at: 'contacted_at' must be one value, not a list; [0] behind its path takes "
                                + "its first element (contacted_at = 'value.times')" + end,
                        ORDERS + ".buyer_id: 'value.trade.customer' has no field 'acount' (record "
                                + "cn.shop.people.Customer); it has account, vip" + end,
                        ORDERS
                                + ".logistics_node: 'value.trade' has no field 'hub' (record cn.shop.trade.v3.Trade); it "
                                + "has number, status, changed, amount, customer, shops, hubs, parties" + end,
                        ORDERS + ".occurred_at: 'occurred_at' is no time as in 2024-07-22 09:30:00: 'STATUS'; name its "
                                + "form in the mapping, as in " + ORDERS
                                + ".FIELD.format = dd/MM/yyyy HH:mm (occurred_at "
                                + "= 'value.trade.status')" + end,
                        ORDERS
                                + ".seller: 'value.trade.shops' is a list; write 'value.trade.shops[].id' for all of its "
                                + "elements, 'value.trade.shops[0].id' for the first" + end),
                mistakes.problems().stream()
                        .map(problem ->
                                problem.replaceAll("all of \\d+ ", "all of N ").replaceAll("'[A-Z_]+'", "'STATUS'"))
                        .toList());
    }

    /** JSON with a schema in the registry, as Confluent's serializer of JSON writes it. */
    @Test
    @Order(5)
    void jsonWithASchemaIsRead() throws Exception {
        Settings settings = settings(MAPPING);
        String schema = JSON.createObjectNode()
                .put("schemaType", "JSON")
                .put("schema", "{\"$schema\":\"http://json-schema.org/draft-07/schema#\",\"type\":\"object\"}")
                .toString();
        HttpResponse<String> answer = HttpClient.newHttpClient()
                .send(
                        HttpRequest.newBuilder(URI.create(settings.get(Setting.SCHEMA_REGISTRY_URL) + "/subjects/"
                                        + CALLS + "-value/versions"))
                                .header("Content-Type", "application/vnd.schemaregistry.v1+json")
                                .POST(HttpRequest.BodyPublishers.ofString(schema))
                                .build(),
                        HttpResponse.BodyHandlers.ofString());
        assertEquals(200, answer.statusCode(), answer.body());
        ScamContact contact = market.contacts.get(0);
        byte[] json = call(contact).value();
        byte[] value = ByteBuffer.allocate(5 + json.length)
                .put((byte) 0)
                .putInt(JSON.readTree(answer.body()).path("id").asInt())
                .put(json)
                .array();
        InputRecord read = settings.sources()
                .topic(CALLS)
                .orElseThrow()
                .read(new RecordHeaders(), bytes("c"), value)
                .orElseThrow();
        assertEquals(contact.contactedAt(), ((ScamContact) read).contactedAt());
        assertEquals(Instant.ofEpochMilli(contact.reportedAt().toEpochMilli()), read.eventTime());
    }
}
