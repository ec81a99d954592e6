package io.leaktrace.benchmarks.market;

import io.leaktrace.domain.Custodian;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The counts as the definition says them, computed from the market itself with nothing clever about it. */
public final class Truth {

    private Truth() {}

    public static Counts of(Market market) {
        Map<Integer, List<Contact>> contactsOfBuyer = new HashMap<>();
        for (Contact contact : market.contactsAsReported()) {
            contactsOfBuyer
                    .computeIfAbsent(contact.buyer(), absent -> new ArrayList<>())
                    .add(contact);
        }
        Counts counts = new Counts();
        for (long number = 0; number < market.orders(); number++) {
            Order order = market.order(number);
            int followed = 0;
            for (Contact contact : contactsOfBuyer.getOrDefault(order.buyer(), List.of())) {
                long lead = contact.contactedAt() - order.time();
                if (0 < lead && lead <= Market.WINDOW) {
                    followed++;
                }
            }
            for (Custodian custodian : order.custodians()) {
                counts.addExposures(custodian.toString(), 1);
                counts.addFollowed(custodian.toString(), followed);
            }
        }
        return counts;
    }
}
