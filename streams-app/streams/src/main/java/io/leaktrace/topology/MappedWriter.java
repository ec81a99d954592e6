package io.leaktrace.topology;

import io.leaktrace.domain.InputRecord;
import io.leaktrace.domain.OrderEvent;
import io.leaktrace.domain.ScamContact;
import io.leaktrace.wire.WireFormat;
import org.apache.kafka.common.serialization.Serializer;

/** Writes records that were mapped from a source topic in Leaktrace's own form. Safe for use by several threads. */
public final class MappedWriter {

    private final Topics topics;
    private final Serializer<OrderEvent> orderEvents;
    private final Serializer<ScamContact> scamContacts;

    public MappedWriter(WireFormat wire, Topics topics) {
        this.topics = topics;
        this.orderEvents = wire.orderEvents();
        this.scamContacts = wire.scamContacts();
    }

    /** Returns the name of the input topic that a record of this kind belongs to. */
    public String topic(InputRecord record) {
        return record instanceof OrderEvent ? topics.orderEvents() : topics.scamContacts();
    }

    /** Returns the value of a record, an order event or a scam contact, on its input topic. */
    public byte[] write(InputRecord record) {
        return record instanceof OrderEvent event
                ? orderEvents.serialize(topic(record), event)
                : scamContacts.serialize(topic(record), (ScamContact) record);
    }
}
