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
 * @param disclosedMark the mark that came back, a pseudonym, or null
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
        String disclosedMark)
        implements InputRecord {

    public ScamContact {
        disclosed = Set.copyOf(disclosed);
    }

    /** Creates a contact without a mark. */
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
                null);
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
        return with(id, disclosedMark);
    }

    /** Returns the same contact with another mark, or without one if it is null. */
    public ScamContact withDisclosedMark(String mark) {
        return with(contactId, mark);
    }

    private ScamContact with(String id, String mark) {
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
                mark);
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
