package io.leaktrace.check;

import io.leaktrace.domain.Custodian;
import io.leaktrace.domain.Fields;
import io.leaktrace.domain.OrderEvent;
import io.leaktrace.domain.ReportSource;
import io.leaktrace.domain.ScamContact;
import it.unimi.dsi.fastutil.ints.IntArrayList;
import it.unimi.dsi.fastutil.longs.LongArrayList;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.commons.codec.digest.MurmurHash3;

/**
 * All records of some of the buyers: of all, as long as they are few enough to be held in memory, else of every second
 * buyer by a hash, of every fourth, and so on. The choice depends on the records alone, not on their order.
 */
final class RecordSample {

    /** Source of contacts whose source is unknown. */
    static final int UNKNOWN_SOURCE = ReportSource.values().length;

    private final int maxRecords;
    private final Map<Custodian, Integer> indexes = new HashMap<>();
    private final List<Custodian> custodians = new ArrayList<>();

    /** Bits of a buyer's hash that are 0 if it is in the sample. */
    private long mask;

    // One entry for each order event.
    private LongArrayList buyers = new LongArrayList();
    private LongArrayList orders = new LongArrayList();
    private LongArrayList events = new LongArrayList();
    private LongArrayList times = new LongArrayList();
    private IntArrayList types = new IntArrayList();
    private IntArrayList touchesFrom = new IntArrayList();

    /** Indexes of custodians, one event's after the other. */
    private IntArrayList touches = new IntArrayList();

    private List<Contact> contacts = new ArrayList<>();

    /**
     * A contact.
     *
     * @param id hash of its id
     * @param quoted hash of the order it names; 0 for none
     * @param disclosed bits of the disclosed fields
     * @param source ordinal, or {@link #UNKNOWN_SOURCE}
     */
    record Contact(long buyer, long id, long contactedAt, long reportedAt, long quoted, int disclosed, int source) {}

    /** @param maxRecords number of order events and contacts that are held at most */
    RecordSample(int maxRecords) {
        this.maxRecords = maxRecords;
    }

    static long hash(String id) {
        return MurmurHash3.hash128x64(id.getBytes(StandardCharsets.UTF_8))[0];
    }

    void add(OrderEvent event) {
        long buyer = hash(event.buyerId());
        if ((buyer & mask) == 0) {
            buyers.add(buyer);
            orders.add(hash(event.orderId()));
            events.add(hash(event.eventId()));
            times.add(event.occurredAt().toEpochMilli());
            types.add(event.type().ordinal());
            touchesFrom.add(touches.size());
            event.custodians().forEach(custodian -> touches.add(index(custodian)));
            limit();
        }
    }

    void add(ScamContact contact) {
        long buyer = hash(contact.buyerId());
        if ((buyer & mask) == 0) {
            contacts.add(new Contact(
                    buyer,
                    hash(contact.contactId()),
                    contact.contactedAt().toEpochMilli(),
                    contact.reportedAt().toEpochMilli(),
                    contact.quotedOrderId() == null ? 0 : hash(contact.quotedOrderId()),
                    Fields.bits(contact.disclosed()),
                    source(contact)));
            limit();
        }
    }

    static int source(ScamContact contact) {
        return contact.source() == null ? UNKNOWN_SOURCE : contact.source().ordinal();
    }

    private int index(Custodian custodian) {
        return indexes.computeIfAbsent(custodian, added -> {
            custodians.add(added);
            return custodians.size() - 1;
        });
    }

    /** Leaves every second buyer out as long as there are too many records. */
    private void limit() {
        while (orders.size() + contacts.size() > maxRecords) {
            mask = mask << 1 | 1;
            RecordSample kept = new RecordSample(maxRecords);
            for (int i = 0; i < orders.size(); i++) {
                if ((buyers.getLong(i) & mask) == 0) {
                    kept.buyers.add(buyers.getLong(i));
                    kept.orders.add(orders.getLong(i));
                    kept.events.add(events.getLong(i));
                    kept.times.add(times.getLong(i));
                    kept.types.add(types.getInt(i));
                    kept.touchesFrom.add(kept.touches.size());
                    kept.touches.addAll(touches.subList(touchesFrom.getInt(i), touchesTo(i)));
                }
            }
            buyers = kept.buyers;
            orders = kept.orders;
            events = kept.events;
            times = kept.times;
            types = kept.types;
            touchesFrom = kept.touchesFrom;
            touches = kept.touches;
            contacts = new ArrayList<>(contacts.stream()
                    .filter(contact -> (contact.buyer & mask) == 0)
                    .toList());
        }
    }

    /** Share of the buyers that are in the sample. */
    double share() {
        return 1.0 / (mask + 1);
    }

    /** Number of order events. */
    int size() {
        return orders.size();
    }

    long buyer(int event) {
        return buyers.getLong(event);
    }

    long order(int event) {
        return orders.getLong(event);
    }

    long id(int event) {
        return events.getLong(event);
    }

    long time(int event) {
        return times.getLong(event);
    }

    int type(int event) {
        return types.getInt(event);
    }

    /** The custodians of an event are those at this place up to {@link #touchesTo}. */
    int touchesFrom(int event) {
        return touchesFrom.getInt(event);
    }

    int touchesTo(int event) {
        return event + 1 == orders.size() ? touches.size() : touchesFrom.getInt(event + 1);
    }

    /** Index of the custodian at a place. */
    int touch(int place) {
        return touches.getInt(place);
    }

    Custodian custodian(int index) {
        return custodians.get(index);
    }

    /** Number of custodians, which is above all indexes. */
    int custodians() {
        return custodians.size();
    }

    List<Contact> contacts() {
        return contacts;
    }
}
