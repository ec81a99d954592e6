package io.leaktrace.privacy;

import com.google.i18n.phonenumbers.NumberParseException;
import com.google.i18n.phonenumbers.PhoneNumberUtil;
import com.google.i18n.phonenumbers.PhoneNumberUtil.PhoneNumberFormat;
import com.google.i18n.phonenumbers.Phonenumber.PhoneNumber;
import io.leaktrace.domain.OrderEvent;
import io.leaktrace.domain.ScamContact;

/**
 * Puts pseudonyms in the place of buyers' and callers' names before they leave the files they are in. Phone numbers are
 * written as E.164 first, so that one number has one pseudonym however it was typed.
 */
public final class Pseudonyms {

    /** Leaves everything as it is, for records that hold pseudonyms already. */
    public static final Pseudonyms NONE = new Pseudonyms(null, null);

    private static final String BUYER = "buyer";
    private static final String CALLER = "caller";

    private final PseudonymKey key;
    private final String region;

    private Pseudonyms(PseudonymKey key, String region) {
        this.key = key;
        this.region = region;
    }

    /**
     * @param region where numbers without a country code are from, as ISO 3166 has it: "CN"
     * @throws IllegalArgumentException if there is no such region
     */
    public static Pseudonyms with(PseudonymKey key, String region) {
        if (!PhoneNumberUtil.getInstance().getSupportedRegions().contains(region)) {
            throw new IllegalArgumentException(
                    "there is no phone region '" + region + "'; it is two letters, as in CN");
        }
        return new Pseudonyms(key, region);
    }

    /** What stands in the place of a buyer's name. */
    public String ofBuyer(String buyer) {
        return key == null ? buyer : key.pseudonym(BUYER, normalized(buyer));
    }

    public OrderEvent of(OrderEvent event) {
        return key == null
                ? event
                : new OrderEvent(
                        event.eventId(),
                        event.orderId(),
                        ofBuyer(event.buyerId()),
                        event.type(),
                        event.occurredAt(),
                        event.custodians());
    }

    public ScamContact of(ScamContact contact) {
        return key == null
                ? contact
                : new ScamContact(
                        contact.contactId(),
                        ofBuyer(contact.buyerId()),
                        contact.contactedAt(),
                        contact.reportedAt(),
                        contact.channel(),
                        contact.caller() == null ? null : key.pseudonym(CALLER, normalized(contact.caller())),
                        contact.impersonated(),
                        contact.disclosed(),
                        contact.quotedOrderId(),
                        contact.loss());
    }

    /** A phone number as E.164; any other name as it is, without the spaces around it. */
    private String normalized(String name) {
        String text = name.trim();
        if (text.chars().anyMatch(Character::isLetter)) {
            return text;
        }
        PhoneNumberUtil numbers = PhoneNumberUtil.getInstance();
        try {
            PhoneNumber number = numbers.parse(text, region);
            return numbers.isValidNumber(number) ? numbers.format(number, PhoneNumberFormat.E164) : text;
        } catch (NumberParseException e) {
            return text;
        }
    }
}
