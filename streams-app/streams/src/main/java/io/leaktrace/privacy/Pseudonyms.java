package io.leaktrace.privacy;

import com.google.i18n.phonenumbers.NumberParseException;
import com.google.i18n.phonenumbers.PhoneNumberUtil;
import com.google.i18n.phonenumbers.PhoneNumberUtil.PhoneNumberFormat;
import com.google.i18n.phonenumbers.Phonenumber.PhoneNumber;
import io.leaktrace.domain.ContactDetails;
import io.leaktrace.domain.Custodian;
import io.leaktrace.domain.OrderEvent;
import io.leaktrace.domain.ScamContact;
import java.text.Normalizer;
import java.util.HashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Replaces the names of buyers and callers, marks, payees and links by pseudonyms when files are read. Phone numbers are normalized to E.164
 * first, so that a number has one pseudonym in all spellings.
 */
public final class Pseudonyms {

    /** Changes nothing; for records that already contain pseudonyms. */
    public static final Pseudonyms NONE = new Pseudonyms(null, null);

    /** Value of the region if names are never phone numbers. */
    public static final String NO_REGION = "none";

    private static final Pattern SCHEME = Pattern.compile("^tel:", Pattern.CASE_INSENSITIVE);

    /** Spellings of an extension after a number, including those of Chinese switchboards. */
    private static final Pattern EXTENSION = Pattern.compile(
            "(.*\\p{Nd})\\s*(?:;\\s*ext=|,+|;|#|(?:ext(?:ension)?|x|转|轉|分机|分機)\\s*[.:：]?)\\s*(\\p{Nd}{1,9})",
            Pattern.CASE_INSENSITIVE);

    private static final String BUYER = "buyer";
    private static final String CALLER = "caller";
    private static final String MARK = "mark";
    private static final String PAYEE = "payee";
    private static final String LINK = "link";

    private final PseudonymKey key;
    private final String region;

    private Pseudonyms(PseudonymKey key, String region) {
        this.key = key;
        this.region = region;
    }

    /**
     * @param region of numbers without a country code, an ISO 3166 code such as "CN"; or {@link #NO_REGION}
     * @throws IllegalArgumentException if there is no such region
     */
    public static Pseudonyms with(PseudonymKey key, String region) {
        if (!region.equals(NO_REGION)
                && !PhoneNumberUtil.getInstance().getSupportedRegions().contains(region)) {
            throw new IllegalArgumentException("there is no phone region '" + region
                    + "'; it is two letters, as in CN, or 'none' if buyers and callers are no phone numbers");
        }
        return new Pseudonyms(key, region);
    }

    /** Returns the pseudonym of a buyer. */
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
                        event.custodians(),
                        event.saw(),
                        ofMarks(event.marks()),
                        event.decoy());
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
                        contact.loss(),
                        contact.source(),
                        of(contact.details()));
    }

    private ContactDetails of(ContactDetails details) {
        return new ContactDetails(
                details.disclosedMark() == null ? null : ofMark(details.disclosedMark()),
                details.dialled(),
                details.dialledOrderId(),
                details.payee() == null ? null : key.pseudonym(PAYEE, unified(details.payee())),
                details.link() == null ? null : key.pseudonym(LINK, unified(details.link())));
    }

    private Map<Custodian, String> ofMarks(Map<Custodian, String> marks) {
        Map<Custodian, String> pseudonyms = new HashMap<>();
        marks.forEach((custodian, mark) -> pseudonyms.put(custodian, ofMark(mark)));
        return pseudonyms;
    }

    private String ofMark(String mark) {
        return key.pseudonym(MARK, unified(mark));
    }

    /**
     * Returns a phone number as E.164, with its extension; any other name trimmed and in Unicode normalization form C.
     */
    private String normalized(String name) {
        String text = unified(name);
        if (region.equals(NO_REGION)) {
            return text;
        }
        String number = SCHEME.matcher(text).replaceFirst("");
        Matcher extension = EXTENSION.matcher(number);
        if (extension.matches()) {
            String main = phoneNumber(extension.group(1));
            return main == null ? text : main + ";ext=" + PhoneNumberUtil.normalizeDigitsOnly(extension.group(2));
        }
        String main = phoneNumber(number);
        return main == null ? text : main;
    }

    private static String unified(String text) {
        return Normalizer.normalize(text.trim(), Normalizer.Form.NFC);
    }

    /** Returns the number as E.164; null if the text is no phone number. */
    private String phoneNumber(String text) {
        if (text.chars().anyMatch(Character::isLetter)) {
            return null;
        }
        PhoneNumberUtil numbers = PhoneNumberUtil.getInstance();
        try {
            PhoneNumber number = numbers.parseAndKeepRawInput(text, region);
            return numbers.isValidNumber(number) && isDialledForm(number, text)
                    ? numbers.format(number, PhoneNumberFormat.E164)
                    : null;
        } catch (NumberParseException e) {
            return null;
        }
    }

    /**
     * Returns whether the text is a number as dialled in the region. 2012345678 is an account number in China, although
     * 020 1234 5678 is a phone number: account numbers must keep leading zeros and country codes.
     */
    private boolean isDialledForm(PhoneNumber number, String text) {
        PhoneNumberUtil numbers = PhoneNumberUtil.getInstance();
        String national = PhoneNumberUtil.normalizeDigitsOnly(numbers.format(number, PhoneNumberFormat.NATIONAL));
        return switch (number.getCountryCodeSource()) {
            case FROM_NUMBER_WITH_PLUS_SIGN, FROM_NUMBER_WITH_IDD -> true;
            case FROM_NUMBER_WITHOUT_PLUS_SIGN -> national.equals(numbers.getNationalSignificantNumber(number));
            default -> {
                String dialled = PhoneNumberUtil.normalizeDigitsOnly(text);
                yield dialled.equals(national)
                        || dialled.equals(numbers.getNddPrefixForRegion(region, true) + national);
            }
        };
    }
}
