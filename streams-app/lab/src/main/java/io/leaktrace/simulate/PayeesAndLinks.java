package io.leaktrace.simulate;

import io.leaktrace.domain.ContactDetails;
import io.leaktrace.domain.ScamContact;
import java.time.Duration;
import java.time.Instant;

/**
 * The accounts and web addresses to which scammers send their victims. Those who bought one custodian's data have
 * accounts and addresses of their own, also if their call centre works for others; so has each of many groups that call
 * with other data. An account or address is given up after some days.
 */
final class PayeesAndLinks {

    /** Probability that a report names the account. */
    static final double NAMES_PAYEE = 0.3;

    /** Probability that a report names the address. */
    static final double NAMES_LINK = 0.2;

    /** Number of groups that call with data of no custodian here. */
    private static final int OTHER_GROUPS = 200;

    private static final Duration PAYEE_LASTS = Duration.ofDays(5);
    private static final Duration LINK_LASTS = Duration.ofDays(9);

    private final long seed;

    PayeesAndLinks(long seed) {
        this.seed = seed;
    }

    /** Returns the contact with what its buyer was told to pay to or to open, if the report says so. */
    CausedContact named(CausedContact caused) {
        ScamContact contact = caused.contact();
        String group = caused.cause() == null
                ? "group-" + RandomStream.hashed("group of " + contact.caller(), OTHER_GROUPS)
                : caused.cause().toString();
        RandomStream random = RandomStream.of(seed, "payee and link", contact.buyerId() + " " + contact.contactedAt());
        String payee = random.chance(NAMES_PAYEE) ? inUse("payee", group, PAYEE_LASTS, contact.contactedAt()) : null;
        String link = random.chance(NAMES_LINK) ? inUse("link", group, LINK_LASTS, contact.contactedAt()) : null;
        ContactDetails details = contact.details();
        return new CausedContact(
                contact.with(new ContactDetails(
                        details.disclosedMark(), details.dialled(), details.dialledOrderId(), payee, link)),
                caused.cause());
    }

    /** The account or address of a group at a time; groups change theirs at different times. */
    private String inUse(String kind, String group, Duration lasts, Instant time) {
        RandomStream random = RandomStream.of(seed, kind, group);
        long number = Math.floorDiv(time.getEpochSecond() + random.below((int) lasts.toSeconds()), lasts.toSeconds());
        RandomStream name = RandomStream.of(seed, group, kind + " " + number);
        return kind + "-" + Integer.toHexString(name.below(1 << 30)) + Integer.toHexString(name.below(1 << 30));
    }
}
