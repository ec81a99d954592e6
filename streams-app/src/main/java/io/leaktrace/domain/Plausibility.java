package io.leaktrace.domain;

import java.time.Instant;
import java.util.Optional;

/**
 * Which input records are taken. Each check gives the reason for refusing a record, or nothing. Limits on sizes keep a
 * single record from filling a block of the buyers' log.
 */
public final class Plausibility {

    public static final Instant EARLIEST = Instant.parse("2000-01-01T00:00:00Z");
    public static final int LONGEST_ID = 256;
    public static final int MOST_CUSTODIANS = 256;

    private Plausibility() {}

    /**
     * @param key the record's key, or null
     * @param now the time against which "from the future" is judged, with a day's grace for clocks and time zones
     */
    public static Optional<String> refuse(OrderEvent event, String key, Instant now) {
        return first(
                id("eventId", event.eventId()),
                id("orderId", event.orderId()),
                id("buyerId", event.buyerId()),
                key(key, event.buyerId()),
                time("occurredAt", event.occurredAt(), now),
                custodians(event));
    }

    /** As {@link #refuse(OrderEvent, String, Instant)}. */
    public static Optional<String> refuse(ScamContact contact, String key, Instant now) {
        return first(
                id("contactId", contact.contactId()),
                id("buyerId", contact.buyerId()),
                key(key, contact.buyerId()),
                contact.quotedOrderId() == null ? Optional.empty() : id("quotedOrderId", contact.quotedOrderId()),
                time("contactedAt", contact.contactedAt(), now),
                time("reportedAt", contact.reportedAt(), now),
                contact.contactedAt().isAfter(contact.reportedAt())
                        ? Optional.of("the contact is from the future of its report: contactedAt "
                                + contact.contactedAt() + ", reportedAt " + contact.reportedAt())
                        : Optional.empty());
    }

    /** As {@link #refuse(OrderEvent, String, Instant)}; the key is the custodian. */
    public static Optional<String> refuse(LeakVerdict verdict, String key, Instant now) {
        return first(
                id("custodian.id", verdict.custodian().id()),
                verdict.custodian().toString().equals(key)
                        ? Optional.empty()
                        : Optional.of("the key differs from the custodian " + verdict.custodian()),
                time("at", verdict.at(), now),
                verdict.expiresAt() != null && verdict.expiresAt().isBefore(verdict.at())
                        ? Optional.of("expiresAt is before at")
                        : Optional.empty());
    }

    /** As {@link #refuse(OrderEvent, String, Instant)}. */
    public static Optional<String> refuse(Erasure erasure, String key, Instant now) {
        return first(key(key, erasure.buyerId()), time("at", erasure.at(), now));
    }

    @SafeVarargs
    private static Optional<String> first(Optional<String>... reasons) {
        for (Optional<String> reason : reasons) {
            if (reason.isPresent()) {
                return reason;
            }
        }
        return Optional.empty();
    }

    private static Optional<String> id(String name, String id) {
        if (id == null || id.isBlank()) {
            return Optional.of(name + " is empty");
        }
        return id.length() > LONGEST_ID
                ? Optional.of(name + " is longer than " + LONGEST_ID + " characters")
                : Optional.empty();
    }

    private static Optional<String> key(String key, String buyerId) {
        if (key == null || key.isEmpty()) {
            return Optional.of("the record has no key; it must be the buyerId");
        }
        return key.equals(buyerId) ? Optional.empty() : Optional.of("the key differs from buyerId");
    }

    private static Optional<String> time(String name, Instant time, Instant now) {
        if (time.isBefore(EARLIEST)) {
            return Optional.of(name + " " + time + " is before " + EARLIEST);
        }
        return time.toEpochMilli() > now.toEpochMilli() + EventTime.DAY
                ? Optional.of(name + " " + time + " is more than a day from now")
                : Optional.empty();
    }

    private static Optional<String> custodians(OrderEvent event) {
        if (event.type() == OrderEventType.CANCELLED && !event.custodians().isEmpty()) {
            return Optional.of("a CANCELLED event hands the order's data to nobody, but custodians are named");
        }
        if (event.custodians().size() > MOST_CUSTODIANS) {
            return Optional.of("more than " + MOST_CUSTODIANS + " custodians");
        }
        for (Custodian custodian : event.custodians()) {
            Optional<String> reason = id("custodian.id", custodian.id());
            if (reason.isPresent()) {
                return reason;
            }
        }
        return Optional.empty();
    }
}
