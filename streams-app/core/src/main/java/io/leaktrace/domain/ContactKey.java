package io.leaktrace.domain;

import java.util.Comparator;

/**
 * Identity of a contact: its buyer and its id. The id alone is not unique, since several reporting systems may each
 * number from 1.
 */
public record ContactKey(String buyerId, String contactId) implements Comparable<ContactKey> {

    private static final Comparator<ContactKey> ORDER =
            Comparator.comparing(ContactKey::contactId).thenComparing(ContactKey::buyerId);

    /** No id contains it: {@link RecordValidator} rejects those. */
    private static final char SEPARATOR = '\u0000';

    /** Orders by contact id, then by buyer. */
    @Override
    public int compareTo(ContactKey other) {
        return ORDER.compare(this, other);
    }

    /** Returns the key as text, which {@link #parse} reads; sorted texts group contacts with the same id. */
    public String text() {
        return contactId + SEPARATOR + buyerId;
    }

    /** Returns the prefix of the texts of all contacts with this id. */
    public static String textsOf(String contactId) {
        return contactId + SEPARATOR;
    }

    /** Returns whether {@link #text} made this text; keys of earlier versions contain no buyer. */
    public static boolean isText(String text) {
        return text.indexOf(SEPARATOR) >= 0;
    }

    /**
     * Parses a text made by {@link #text}.
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
