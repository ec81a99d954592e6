package io.leaktrace.history;

import io.leaktrace.domain.OrderEvent;
import io.leaktrace.domain.Plausibility;
import io.leaktrace.domain.ScamContact;
import io.leaktrace.domain.TimeLimit;
import io.leaktrace.privacy.Pseudonyms;
import io.leaktrace.wire.WireFormat;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.LongConsumer;
import org.apache.kafka.common.serialization.Serializer;

/** Files of order events and scam contacts, read to be sent. */
public final class InputFiles {

    private final List<Path> orders;
    private final List<Path> contacts;
    private final Pseudonyms pseudonyms;
    private final TimeLimit limit;
    private Spool orderEvents = new Spool();
    private Spool scamContacts = new Spool();
    private long bad;
    private long read;

    /** @param limit the latest event time that is accepted: a line has no time of its own to judge it by */
    public InputFiles(List<Path> orders, List<Path> contacts, TimeLimit limit) {
        this(orders, contacts, Pseudonyms.NONE, limit);
    }

    /** @param pseudonyms put in the place of names as they are read */
    public InputFiles(List<Path> orders, List<Path> contacts, Pseudonyms pseudonyms, TimeLimit limit) {
        this.orders = List.copyOf(orders);
        this.contacts = List.copyOf(contacts);
        this.pseudonyms = pseudonyms;
        this.limit = limit;
    }

    /**
     * Reads the files. Lines that are no records, and records that are not plausible, are told and left out.
     *
     * @param readSoFar is told from time to time how many records have been read
     */
    void read(
            WireFormat wire, String ordersTopic, String contactsTopic, BadLineListener badLines, LongConsumer readSoFar)
            throws IOException {
        BadLineListener counting = line -> {
            bad++;
            badLines.onBadLine(line);
        };
        Serializer<OrderEvent> orderSerializer = wire.orderEvents();
        for (Path file : orders) {
            JsonLines.readOrderEvents(
                    file,
                    named -> {
                        OrderEvent event = pseudonyms.of(named);
                        Optional<String> refusal = Plausibility.refuse(event, event.buyerId(), limit);
                        if (refusal.isPresent()) {
                            throw new ImplausibleException(refusal.get());
                        }
                        orderEvents.add(
                                event.occurredAt().toEpochMilli(),
                                event.buyerId().getBytes(StandardCharsets.UTF_8),
                                orderSerializer.serialize(ordersTopic, event));
                        readSoFar.accept(++read);
                    },
                    counting);
        }
        Serializer<ScamContact> contactSerializer = wire.scamContacts();
        for (Path file : contacts) {
            JsonLines.readScamContacts(
                    file,
                    named -> {
                        ScamContact contact = pseudonyms.of(named);
                        Optional<String> refusal = Plausibility.refuse(contact, contact.buyerId(), limit);
                        if (refusal.isPresent()) {
                            throw new ImplausibleException(refusal.get());
                        }
                        scamContacts.add(
                                contact.reportedAt().toEpochMilli(),
                                contact.buyerId().getBytes(StandardCharsets.UTF_8),
                                contactSerializer.serialize(contactsTopic, contact));
                        readSoFar.accept(++read);
                    },
                    counting);
        }
    }

    List<Path> orders() {
        return orders;
    }

    List<Path> contacts() {
        return contacts;
    }

    Spool orderEvents() {
        return orderEvents;
    }

    Spool scamContacts() {
        return scamContacts;
    }

    /** Gives up the records, once they have been sent. */
    void release() {
        orderEvents = new Spool();
        scamContacts = new Spool();
    }

    /** Lines that were left out. */
    public long bad() {
        return bad;
    }

    /** Records that were read. */
    public long read() {
        return read;
    }
}
