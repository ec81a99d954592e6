package io.leaktrace.correlate;

import io.leaktrace.domain.PastColumns;
import it.unimi.dsi.fastutil.longs.Long2ObjectLinkedOpenHashMap;
import java.util.ArrayList;
import java.util.List;

/**
 * The past custodians of contacts: a contact is emitted again with each later order of its buyer, which does not change
 * them. They are dropped as soon as reading them again could give others, so nothing but speed depends on this cache.
 */
final class PastCache {

    /** Maximum number of past custodians of all contacts, of 8 bytes each; the contacts used last are kept. */
    private static final int MAX_CUSTODIANS = 200_000;

    /** Size of a contact and its buyer, in past custodians. */
    private static final int CONTACT = 20;

    private static final class Contact {
        final long position;
        final long contactedAt;
        final PastColumns past;
        /** Number of entries of the buyer that can be appended before the maximum that is read for a contact matters. */
        int room;

        Contact(long position, long contactedAt, PastColumns past, int room) {
            this.position = position;
            this.contactedAt = contactedAt;
            this.past = past;
            this.room = room;
        }

        boolean isOutdatedByEntry(long time) {
            room--;
            return time < contactedAt || room < 0;
        }

        int size() {
            return CONTACT + past.size();
        }
    }

    /** Contacts by buyer, the buyer used last first. */
    private final Long2ObjectLinkedOpenHashMap<List<Contact>> contacts = new Long2ObjectLinkedOpenHashMap<>();

    private int size;

    /** Returns the past custodians of a contact at a position of the log, or null if they have to be read. */
    PastColumns get(long buyer, long contact) {
        List<Contact> ofBuyer = contacts.getAndMoveToFirst(buyer);
        if (ofBuyer != null) {
            for (Contact known : ofBuyer) {
                if (known.position == contact) {
                    return known.past;
                }
            }
        }
        return null;
    }

    /**
     * Adds the past custodians of a contact.
     *
     * @param entriesRead number of entries of the buyer from which they were read
     */
    void put(long buyer, long contact, long contactedAt, PastColumns past, int entriesRead) {
        Contact known = new Contact(contact, contactedAt, past, BuyerPast.MAX_EVENTS - entriesRead);
        if (known.room < 0 || known.size() > MAX_CUSTODIANS) {
            return;
        }
        List<Contact> ofBuyer = contacts.getAndMoveToFirst(buyer);
        if (ofBuyer == null) {
            ofBuyer = new ArrayList<>(1);
            contacts.putAndMoveToFirst(buyer, ofBuyer);
        }
        ofBuyer.add(known);
        size += known.size();
        while (size > MAX_CUSTODIANS) {
            size -= size(contacts.removeLast());
        }
    }

    private static int size(List<Contact> contacts) {
        return contacts.stream().mapToInt(Contact::size).sum();
    }

    /** Drops the contacts of the buyer that an entry of this time, appended to the log, could change. */
    void onAppended(long buyer, long time) {
        List<Contact> ofBuyer = contacts.get(buyer);
        if (ofBuyer != null) {
            size -= size(ofBuyer);
            ofBuyer.removeIf(contact -> contact.isOutdatedByEntry(time));
            size += size(ofBuyer);
        }
    }

    /**
     * Drops the contacts of the buyer for which an entry of this time reads differently once it has expired: of an event
     * in the week of the contact, only the week is left.
     */
    void onExpired(long buyer, long time) {
        List<Contact> ofBuyer = contacts.get(buyer);
        if (ofBuyer != null && ofBuyer.stream().anyMatch(contact -> time >= contact.contactedAt)) {
            remove(buyer);
        }
    }

    /** Drops the contacts of a buyer. */
    void remove(long buyer) {
        List<Contact> removed = contacts.remove(buyer);
        size -= removed == null ? 0 : size(removed);
    }

    void clear() {
        contacts.clear();
        size = 0;
    }
}
