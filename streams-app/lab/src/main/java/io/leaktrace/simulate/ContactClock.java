package io.leaktrace.simulate;

import io.leaktrace.domain.ScamContact;
import java.time.Instant;
import java.time.ZoneOffset;

/** How the system of those who take reports writes the times of a contact. */
enum ContactClock {
    EXACT,
    /** Contacts and reports have a local date only, and midnight stands for it. */
    TO_THE_DAY,
    /** Three in ten buyers report to a system that writes local times as if they were UTC. */
    SOME_LOCAL_AS_UTC;

    private static final int PERCENT_LOCAL = 30;

    /** The contact with its times as written, in a market with this local time. */
    CausedContact written(CausedContact caused, ZoneOffset zone) {
        ScamContact contact = caused.contact();
        boolean changed = this == TO_THE_DAY || this == SOME_LOCAL_AS_UTC && writesLocalTimes(contact.buyerId());
        return changed
                ? new CausedContact(
                        ContactMaker.copy(
                                contact,
                                contact.contactId(),
                                written(contact.contactedAt(), zone),
                                written(contact.reportedAt(), zone)),
                        caused.cause())
                : caused;
    }

    /** Whether the reports of this buyer go to the system that writes local times. */
    static boolean writesLocalTimes(String buyerId) {
        return RandomStream.hashed("reports of " + buyerId, 100) < PERCENT_LOCAL;
    }

    private Instant written(Instant at, ZoneOffset zone) {
        return this == TO_THE_DAY
                ? at.atOffset(zone).toLocalDate().atStartOfDay(zone).toInstant()
                : at.atOffset(zone).toLocalDateTime().toInstant(ZoneOffset.UTC);
    }
}
