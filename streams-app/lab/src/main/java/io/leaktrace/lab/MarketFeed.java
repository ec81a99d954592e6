package io.leaktrace.lab;

import io.leaktrace.domain.ContactDetails;
import io.leaktrace.domain.OrderEvent;
import io.leaktrace.domain.ScamContact;
import io.leaktrace.runtime.Settings;
import io.leaktrace.simulate.SimulatedMarket;
import io.leaktrace.topics.TopicWriter;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.Serializer;

/**
 * Continues a simulated market after its end: its last four weeks are repeated, with new ids of orders and contacts of
 * the same buyers and custodians. Each call of {@link #sendEpoch} sends the input of one epoch.
 */
final class MarketFeed {

    private static final Duration ROUND = Duration.ofDays(28);

    private final Settings settings;
    private final long epoch;
    private final Serializer<OrderEvent> orderEvents;
    private final Serializer<ScamContact> scamContacts;
    /** Records of the last four weeks by the number of their epoch. */
    private final TreeMap<Long, List<Object>> records = new TreeMap<>();

    private long next;
    private int round = 1;

    /**
     * @param end end of the last epoch that has been sent
     */
    MarketFeed(Settings settings, SimulatedMarket market, Instant end) {
        this.settings = settings;
        this.epoch = settings.model().epoch();
        this.orderEvents = settings.wire().orderEvents();
        this.scamContacts = settings.wire().scamContacts();
        long from = end.minus(ROUND).toEpochMilli() / epoch;
        long to = end.toEpochMilli() / epoch;
        for (long number = from; number < to; number++) {
            records.put(number, new ArrayList<>());
        }
        market.inEventTime(event -> add(event.occurredAt(), event), contact -> add(contact.reportedAt(), contact));
        this.next = from;
    }

    private void add(Instant at, Object record) {
        List<Object> ofEpoch = records.get(Math.floorDiv(at.toEpochMilli(), epoch));
        if (ofEpoch != null) {
            ofEpoch.add(record);
        }
    }

    /** Sends the records of the next epoch. */
    void sendEpoch() throws InterruptedException {
        Duration shift = ROUND.multipliedBy(round);
        List<ProducerRecord<byte[], byte[]>> sent = new ArrayList<>();
        for (Object record : records.get(next)) {
            sent.add(record instanceof OrderEvent event ? again(event, shift) : again((ScamContact) record, shift));
        }
        TopicWriter.send(settings, sent);
        next = records.higherKey(next) == null ? records.firstKey() : next + 1;
        round += next == records.firstKey() ? 1 : 0;
    }

    private ProducerRecord<byte[], byte[]> again(OrderEvent event, Duration shift) {
        OrderEvent again = new OrderEvent(
                again(event.eventId()),
                again(event.orderId()),
                event.buyerId(),
                event.type(),
                event.occurredAt().plus(shift),
                event.custodians(),
                event.saw(),
                event.marks(),
                event.decoy());
        String topic = settings.topics().orderEvents();
        byte[] value = orderEvents.serialize(topic, again);
        return record(topic, again.buyerId(), value);
    }

    private ProducerRecord<byte[], byte[]> again(ScamContact contact, Duration shift) {
        ScamContact again = new ScamContact(
                again(contact.contactId()),
                contact.buyerId(),
                contact.contactedAt().plus(shift),
                contact.reportedAt().plus(shift),
                contact.channel(),
                contact.caller(),
                contact.impersonated(),
                contact.disclosed(),
                contact.quotedOrderId() == null ? null : again(contact.quotedOrderId()),
                contact.loss(),
                contact.source(),
                again(contact.details()));
        String topic = settings.topics().scamContacts();
        byte[] value = scamContacts.serialize(topic, again);
        return record(topic, again.buyerId(), value);
    }

    private ContactDetails again(ContactDetails details) {
        return new ContactDetails(
                details.disclosedMark(),
                details.dialled(),
                details.dialledOrderId() == null ? null : again(details.dialledOrderId()),
                details.payee(),
                details.link());
    }

    private String again(String id) {
        return id + "~" + round;
    }

    private static ProducerRecord<byte[], byte[]> record(String topic, String buyerId, byte[] value) {
        return new ProducerRecord<>(topic, buyerId.getBytes(StandardCharsets.UTF_8), value);
    }
}
