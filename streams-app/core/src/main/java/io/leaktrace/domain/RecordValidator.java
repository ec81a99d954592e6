package io.leaktrace.domain;

import java.time.Instant;
import java.util.Optional;

/**
 * Validates input records. Each check returns the reason for rejecting a record, or nothing. Size limits ensure that a
 * record fits in a block of the buyer log; time limits bound the arrays that are indexed by time.
 */
public final class RecordValidator {

    public static final Instant EARLIEST = Instant.parse("2000-01-01T00:00:00Z");
    /** Later years have more than four digits, and some later times exceed 64 bits in milliseconds. */
    public static final Instant LATEST = Instant.parse("9999-12-31T23:59:59Z");

    /** Prefix of the reason if a record's key is not the expected id. */
    public static final String OTHER_KEY = "the key differs from ";

    public static final int LONGEST_ID = 256;
    public static final int MAX_CUSTODIANS = 256;

    private RecordValidator() {}

    /**
     * Returns why an order event is rejected; empty if it is accepted.
     *
     * @param key the record's key, or null
     * @param limit the latest event time that is accepted
     */
    public static Optional<String> rejection(OrderEvent event, String key, TimeLimit limit) {
        return first(
                id("eventId", event.eventId()),
                id("orderId", event.orderId()),
                id("buyerId", event.buyerId()),
                key(key, event.buyerId()),
                time("occurredAt", event.occurredAt(), limit),
                custodians(event));
    }

    /** As {@link #rejection(OrderEvent, String, TimeLimit)}. */
    public static Optional<String> rejection(ScamContact contact, String key, TimeLimit limit) {
        return first(
                id("contactId", contact.contactId()),
                id("buyerId", contact.buyerId()),
                key(key, contact.buyerId()),
                optionalId("quotedOrderId", contact.quotedOrderId()),
                details(contact.details()),
                time("contactedAt", contact.contactedAt(), limit),
                time("reportedAt", contact.reportedAt(), limit),
                contact.contactedAt().isAfter(contact.reportedAt())
                        ? Optional.of("the contact is from the future of its report: contactedAt "
                                + contact.contactedAt() + ", reportedAt " + contact.reportedAt())
                        : Optional.empty());
    }

    /** As {@link #rejection(OrderEvent, String, TimeLimit)}; the key is the custodian. */
    public static Optional<String> rejection(LeakVerdict verdict, String key, TimeLimit limit) {
        return first(
                id("custodian.id", verdict.custodian().id()),
                verdict.custodian().toString().equals(key)
                        ? Optional.empty()
                        : Optional.of(OTHER_KEY + "the custodian " + verdict.custodian()),
                time("at", verdict.at(), limit),
                expiry(verdict));
    }

    /** As {@link #rejection(OrderEvent, String, TimeLimit)}. */
    public static Optional<String> rejection(Erasure erasure, String key, TimeLimit limit) {
        return first(id("buyerId", erasure.buyerId()), key(key, erasure.buyerId()), time("at", erasure.at(), limit));
    }

    private static Optional<String> details(ContactDetails details) {
        if (details.dialledOrderId() != null && details.dialled() == Dialled.REAL) {
            return Optional.of("'dialledOrderId' is the order of a virtual number, but 'dialled' is REAL");
        }
        return first(
                optionalId("disclosedMark", details.disclosedMark()),
                optionalId("dialledOrderId", details.dialledOrderId()),
                optionalId("payee", details.payee()),
                optionalId("link", details.link()));
    }

    private static Optional<String> optionalId(String name, String id) {
        return id == null ? Optional.empty() : id(name, id);
    }

    private static Optional<String> expiry(LeakVerdict verdict) {
        Instant expiresAt = verdict.expiresAt();
        if (expiresAt == null) {
            return Optional.empty();
        }
        if (expiresAt.isBefore(verdict.at())) {
            return Optional.of("expiresAt is before at");
        }
        return expiresAt.isAfter(LATEST) ? Optional.of("expiresAt is after " + LATEST) : Optional.empty();
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
        if (id.length() > LONGEST_ID) {
            return Optional.of(name + " is longer than " + LONGEST_ID + " characters");
        }
        for (int i = 0; i < id.length(); i++) {
            char character = id.charAt(i);
            if (character == '\u0000') {
                // State stores use it as separator in keys.
                return Optional.of(name + " contains a NUL character");
            }
            if (character >= Character.MIN_SURROGATE && isInvalidText(id, i)) {
                return Optional.of(name + " is not valid text: it must be encoded in UTF-8");
            }
        }
        return Optional.empty();
    }

    /**
     * Returns whether this is the replacement character for invalid UTF-8 or a lone surrogate, which UTF-8 encoders
     * replace: different ids would become equal.
     */
    private static boolean isInvalidText(String id, int at) {
        char character = id.charAt(at);
        if (Character.isHighSurrogate(character)) {
            return at + 1 == id.length() || !Character.isLowSurrogate(id.charAt(at + 1));
        }
        if (Character.isLowSurrogate(character)) {
            return at == 0 || !Character.isHighSurrogate(id.charAt(at - 1));
        }
        return character == '\uFFFD';
    }

    private static Optional<String> key(String key, String buyerId) {
        if (key == null || key.isEmpty()) {
            return Optional.of("the record has no key; it must be the buyerId");
        }
        return key.equals(buyerId) ? Optional.empty() : Optional.of(OTHER_KEY + "buyerId");
    }

    private static Optional<String> time(String name, Instant time, TimeLimit limit) {
        if (time.isBefore(EARLIEST)) {
            return Optional.of(name + " " + time + " is before " + EARLIEST);
        }
        return limit.rejection(name, time);
    }

    private static Optional<String> custodians(OrderEvent event) {
        if (event.type() == OrderEventType.CANCELLED && !event.custodians().isEmpty()) {
            return Optional.of("a CANCELLED event must not have custodians");
        }
        if (event.type() == OrderEventType.ACCESSED && event.custodians().isEmpty()) {
            return Optional.of("an ACCESSED event must name who accessed the order in its custodians");
        }
        if (event.custodians().size() > MAX_CUSTODIANS) {
            return Optional.of("more than " + MAX_CUSTODIANS + " custodians");
        }
        if (event.type() == OrderEventType.ACCESSED
                && event.withWholes().custodians().stream().distinct().count() > MAX_CUSTODIANS) {
            return Optional.of("more than " + MAX_CUSTODIANS + " custodians, with those of which they are parts");
        }
        for (Custodian custodian : event.custodians()) {
            Optional<String> reason = id("custodian.id", custodian.id());
            if (reason.isPresent()) {
                return reason;
            }
        }
        for (String mark : event.marks().values()) {
            Optional<String> reason = id("custodian.mark", mark);
            if (reason.isPresent()) {
                return reason;
            }
        }
        return Optional.empty();
    }
}
