package io.leaktrace.chaos;

import io.leaktrace.domain.EventTime;
import io.leaktrace.domain.OrderEvent;
import io.leaktrace.domain.OrderEventType;
import io.leaktrace.domain.Role;
import io.leaktrace.runtime.Settings;
import io.leaktrace.simulate.SimulatedMarket;
import io.leaktrace.topology.Erasures;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BiFunction;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.internals.RecordHeader;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * A market's records, sent in steps of six hours of event time as a platform would: each step is acknowledged before the
 * next begins, and none runs further ahead of the pipeline than the setting {@code lateness} allows for. In production the
 * clock on the wall sees to that; here weeks pass in a minute, so the input waits instead.
 */
final class LiveInput implements AutoCloseable {

    static final long STEP = 6 * EventTime.HOUR;

    /** So many steps may be under way. */
    private static final int AHEAD = 4;

    /** Late enough to complete every epoch that a record of the market falls into. */
    private static final long CLOSING = 4 * EventTime.DAY;

    private static final int CLOSING_BUYERS = 64;

    /** After this number of good records there is a bad one; 0 for none. */
    private static final int GOOD_FOR_A_BAD = Integer.getInteger("chaos.good.for.a.bad", 0);

    private record Timed(String topic, byte[] key, byte[] value, long time, List<Header> headers) {}

    private final String orders;
    /** The bytes of an order of a buyer at a time. */
    private final BiFunction<String, Long, byte[]> aheadOrder;

    private final TreeMap<Long, List<Timed>> steps = new TreeMap<>();
    private final List<Map<TopicPartition, Long>> ends = new ArrayList<>();
    private final KafkaProducer<byte[], byte[]> producer;
    private final Admin admin;
    private final String applicationId;
    private final long closingAt;
    private int records;

    LiveInput(SimulatedMarket market, Settings settings, String applicationId) {
        this.applicationId = applicationId;
        orders = settings.topics().orderEvents();
        String contacts = settings.topics().scamContacts();
        var orderEvents = settings.wire().orderEvents();
        var scamContacts = settings.wire().scamContacts();
        aheadOrder = (buyer, at) -> orderEvents.serialize(
                orders,
                new OrderEvent("ahead", "ahead", buyer, OrderEventType.PLACED, Instant.ofEpochMilli(at), List.of()));
        market.orderEvents(event -> add(
                orders,
                event.buyerId(),
                orderEvents.serialize(orders, event),
                event.occurredAt().toEpochMilli()));
        market.scamContacts(contact -> add(
                contacts,
                contact.buyerId(),
                scamContacts.serialize(contacts, contact),
                contact.reportedAt().toEpochMilli()));
        closingAt = (steps.lastKey() + 1) * STEP + CLOSING;
        for (int buyer = 0; buyer < CLOSING_BUYERS; buyer++) {
            OrderEvent event = closing(buyer);
            add(orders, event.buyerId(), orderEvents.serialize(orders, event), closingAt);
        }
        Map<String, Object> config = new HashMap<>(settings.kafka());
        config.put("acks", "all");
        config.put("delivery.timeout.ms", 600_000);
        config.put("linger.ms", 5);
        producer = new KafkaProducer<>(config, new ByteArraySerializer(), new ByteArraySerializer());
        admin = Admin.create(settings.kafka());
    }

    private void add(String topic, String key, byte[] value, long time) {
        steps.computeIfAbsent(Math.floorDiv(time, STEP), absent -> new ArrayList<>())
                .add(new Timed(topic, key.getBytes(StandardCharsets.UTF_8), value, time, List.of()));
        records++;
        if (GOOD_FOR_A_BAD > 0 && records % GOOD_FOR_A_BAD == 0) {
            steps.get(Math.floorDiv(time, STEP)).add(bad(topic, key, value, time, records / GOOD_FOR_A_BAD));
        }
    }

    /** A record that goes to dead letters: what once ended the pipeline, or falsified what it said. */
    private Timed bad(String topic, String key, byte[] value, long time, int number) {
        byte[] keyBytes = key.getBytes(StandardCharsets.UTF_8);
        byte[] other = value.clone();
        return switch (number % 6) {
            case 0 -> new Timed(topic, keyBytes, "no avro at all".getBytes(StandardCharsets.UTF_8), time, List.of());
            case 1 -> {
                ByteBuffer.wrap(other).putInt(1, Integer.MAX_VALUE - number);
                yield new Timed(topic, keyBytes, other, time, List.of());
            }
            case 2 ->
                new Timed(
                        orders,
                        keyBytes,
                        null,
                        time,
                        List.of(
                                new RecordHeader(Erasures.BUYER, keyBytes),
                                new RecordHeader(
                                        Erasures.BEFORE,
                                        "+292278995-01-01T00:00:00Z".getBytes(StandardCharsets.UTF_8))));
            case 3 ->
                new Timed(
                        orders,
                        keyBytes,
                        null,
                        time,
                        List.of(new RecordHeader(Erasures.BUYER, null), new RecordHeader(Erasures.BEFORE, null)));
            case 4 -> new Timed(orders, keyBytes, aheadOrder.apply(key, time + 8 * EventTime.HOUR), time, List.of());
            default -> new Timed(topic, keyBytes, new byte[600_000], time, List.of());
        };
    }

    private OrderEvent closing(int buyer) {
        return new OrderEvent(
                "closing-" + buyer,
                "closing-" + buyer,
                "closing-" + buyer,
                OrderEventType.PLACED,
                Instant.ofEpochMilli(closingAt),
                List.of(new io.leaktrace.domain.Custodian(Role.PLATFORM, "closing")));
    }

    int steps() {
        return steps.size();
    }

    int records() {
        return records;
    }

    /** Event time of the last records, of which every partition has one. */
    long closingAt() {
        return closingAt;
    }

    /** Sends a step and waits until all of it is acknowledged. */
    void send(int number) throws InterruptedException, ExecutionException {
        List<Timed> step = new ArrayList<>(steps.values()).get(number);
        step.sort((one, other) -> Long.compare(one.time, other.time));
        List<Future<RecordMetadata>> sent = new ArrayList<>();
        for (Timed record : step) {
            sent.add(producer.send(
                    new ProducerRecord<>(record.topic, null, record.time, record.key, record.value, record.headers)));
        }
        producer.flush();
        Map<TopicPartition, Long> end = new HashMap<>();
        for (Future<RecordMetadata> one : sent) {
            RecordMetadata at = one.get();
            end.merge(new TopicPartition(at.topic(), at.partition()), at.offset() + 1, Math::max);
        }
        ends.add(end);
    }

    /**
     * Whether the next step may be sent: the pipeline has committed all but the latest. The last step is days ahead of those before it,
     * more than the setting {@code lateness}, so that all of these have to be read by then.
     */
    boolean mayGoOn() throws InterruptedException {
        boolean closing = ends.size() == steps.size() - 1;
        int due = ends.size() - (closing ? 1 : AHEAD);
        if (due < 0) {
            return true;
        }
        try {
            Map<TopicPartition, OffsetAndMetadata> committed = admin.listConsumerGroupOffsets(applicationId)
                    .partitionsToOffsetAndMetadata()
                    .get(5, TimeUnit.SECONDS);
            return ends.get(due).entrySet().stream().allMatch(end -> {
                OffsetAndMetadata at = committed.get(end.getKey());
                return at != null && at.offset() >= end.getValue();
            });
        } catch (ExecutionException | TimeoutException e) {
            // The coordinator may be on a broker that is down just now.
            return false;
        }
    }

    @Override
    public void close() {
        producer.close();
        admin.close();
    }
}
