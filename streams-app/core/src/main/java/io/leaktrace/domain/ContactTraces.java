package io.leaktrace.domain;

import java.math.BigDecimal;
import java.math.RoundingMode;

/**
 * What a scammer left with a contact that contacts of the same campaign may share, and the money taken.
 *
 * @param caller pseudonym of the number that called, or null
 * @param payee pseudonym of the account that money was to go to, or null
 * @param link pseudonym of a URL that was sent, or null
 * @param loss money taken, or null if that is unknown or there is nothing that contacts may share
 */
public record ContactTraces(String caller, String payee, String link, Loss loss) {

    /** Nothing is known. */
    public static final ContactTraces NONE = new ContactTraces(null, null, null, null);

    /** Scale and precision of an amount in the schema of {@code Loss}. */
    private static final int SCALE = 2;

    private static final int PRECISION = 18;

    /** Other amounts are no money, and rounding them could exhaust the memory. */
    private static final int MAX_DIGITS = 30;

    private static final int MAX_CURRENCY = 16;

    /** Replaces blank text and text that is longer than an id by null; rounds the loss, or drops one that is no money. */
    public ContactTraces {
        caller = usable(caller);
        payee = usable(payee);
        link = usable(link);
        loss = caller == null && payee == null && link == null ? null : money(loss);
    }

    /** Returns the traces of a contact. */
    public static ContactTraces of(ScamContact contact) {
        ContactDetails details = contact.details();
        return new ContactTraces(contact.caller(), details.payee(), details.link(), contact.loss());
    }

    /** Returns whether there is something that contacts may share. */
    public boolean any() {
        return caller != null || payee != null || link != null;
    }

    private static String usable(String text) {
        return text == null || text.isBlank() || text.length() > RecordValidator.LONGEST_ID ? null : text;
    }

    private static Loss money(Loss loss) {
        if (loss == null
                || loss.currency().length() > MAX_CURRENCY
                || loss.amount().precision() > MAX_DIGITS
                || Math.abs((long) loss.amount().scale()) > MAX_DIGITS) {
            return null;
        }
        BigDecimal rounded = loss.amount().setScale(SCALE, RoundingMode.HALF_EVEN);
        return rounded.precision() > PRECISION ? null : new Loss(rounded, loss.currency());
    }
}
