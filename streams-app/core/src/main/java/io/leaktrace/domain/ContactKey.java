package io.leaktrace.domain;

import java.util.Comparator;

/**
 * Identity of a contact: its buyer and its id. The id alone does not, since two systems that take
 * reports may both number from 1.
 */
public record ContactKey(String buyerId, String contactId) implements Comparable<ContactKey> {

    private static final Comparator<ContactKey> ORDER =
            Comparator.comparing(ContactKey::contactId).thenComparing(ContactKey::buyerId);

    /** No id contains it: {@link Plausibility} rejects those. */
    private static final char SEPARATOR = '\u0000';

    /** By contact id, then by buyer. */
    @Override
    public int compareTo(ContactKey other) {
        return ORDER.compare(this, other);
    }

    /** The key as one text, which {@link #parse} reads; contacts of one id stand together if texts are sorted. */
    public String text() {
        return contactId + SEPARATOR + buyerId;
    }

    /** The beginning of the texts of all contacts of this id. */
    public static String textsOf(String contactId) {
        return contactId + SEPARATOR;
    }

    /** Whether it is a text that {@link #text} gave; keys of earlier versions name no buyer. */
    public static boolean isText(String text) {
        return text.indexOf(SEPARATOR) >= 0;
    }

    /**
     * Reads what {@link #text} gave.
     *
     * @throws IllegalArgumentException if it is not such a text
     */
    public static ContactKey parse(String text) {
        int end = text.indexOf(SEPARATOR);
        if (end < 0) {
            throw new IllegalArgumentException("the key of a contact names no buyer");
        }
        return new ContactKey(text.substring(end + 1), text.substring(0, end));
    }
}
