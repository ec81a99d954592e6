package io.leaktrace.domain;

import java.time.Instant;
import java.util.Set;

/**
 * A call, SMS or message that a buyer reported.
 *
 * @param contactedAt when it happened
 * @param reportedAt when the platform could know of it; this is the event time
 * @param caller a pseudonym, or null
 * @param impersonated whom the scammer claimed to be, or null
 * @param disclosed fields that the scammer knew
 * @param quotedOrderId the order the scammer named, or null
 * @param loss money taken, or null
 * @param source who reported it, or null if that is unknown
 * @param details further evidence
 */
public record ScamContact(
        String contactId,
        String buyerId,
        Instant contactedAt,
        Instant reportedAt,
        Channel channel,
        String caller,
        String impersonated,
        Set<Field> disclosed,
        String quotedOrderId,
        Loss loss,
        ReportSource source,
        ContactDetails details)
        implements InputRecord {

    public ScamContact {
        disclosed = Set.copyOf(disclosed);
    }

    /** Creates a contact without further evidence. */
    public ScamContact(
            String contactId,
            String buyerId,
            Instant contactedAt,
            Instant reportedAt,
            Channel channel,
            String caller,
            String impersonated,
            Set<Field> disclosed,
            String quotedOrderId,
            Loss loss,
            ReportSource source) {
        this(
                contactId,
                buyerId,
                contactedAt,
                reportedAt,
                channel,
                caller,
                impersonated,
                disclosed,
                quotedOrderId,
                loss,
                source,
                ContactDetails.NONE);
    }

    /** Creates a contact of an unknown source. */
    public ScamContact(
            String contactId,
            String buyerId,
            Instant contactedAt,
            Instant reportedAt,
            Channel channel,
            String caller,
            String impersonated,
            Set<Field> disclosed,
            String quotedOrderId,
            Loss loss) {
        this(
                contactId,
                buyerId,
                contactedAt,
                reportedAt,
                channel,
                caller,
                impersonated,
                disclosed,
                quotedOrderId,
                loss,
                null);
    }

    /** Returns the same contact with another id. */
    public ScamContact withId(String id) {
        return with(id, details);
    }

    /** Returns the same contact with other further evidence. */
    public ScamContact with(ContactDetails other) {
        return with(contactId, other);
    }

    private ScamContact with(String id, ContactDetails other) {
        return new ScamContact(
                id,
                buyerId,
                contactedAt,
                reportedAt,
                channel,
                caller,
                impersonated,
                disclosed,
                quotedOrderId,
                loss,
                source,
                other);
    }

    @Override
    public String key() {
        return buyerId;
    }

    @Override
    public Instant eventTime() {
        return reportedAt;
    }
}
