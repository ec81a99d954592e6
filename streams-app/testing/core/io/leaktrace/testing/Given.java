package io.leaktrace.testing;

import io.leaktrace.domain.Channel;
import io.leaktrace.domain.ContactDetails;
import io.leaktrace.domain.Custodian;
import io.leaktrace.domain.Field;
import io.leaktrace.domain.Loss;
import io.leaktrace.domain.OrderCustodians;
import io.leaktrace.domain.OrderEvent;
import io.leaktrace.domain.OrderEventType;
import io.leaktrace.domain.ReportSource;
import io.leaktrace.domain.Role;
import io.leaktrace.domain.ScamContact;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/** Records for tests, said as in {@code anOrder("o1").by("zhou").from(seller("s-1")).at(DAY_1)}. */
public final class Given {

    public static final Instant DAY_1 = Instant.parse("2024-03-01T00:00:00Z");

    private Given() {}

    public static Instant day(int day) {
        return DAY_1.plus(Duration.ofDays(day - 1));
    }

    public static Instant hour(int day, int hour) {
        return day(day).plus(Duration.ofHours(hour));
    }

    public static Custodian seller(String id) {
        return new Custodian(Role.SELLER, id);
    }

    public static Custodian node(String id) {
        return new Custodian(Role.LOGISTICS_NODE, id);
    }

    public static AnOrder anOrder(String orderId) {
        return new AnOrder(orderId);
    }

    public static AContact aContact(String contactId) {
        return new AContact(contactId);
    }

    /** An order event in the making; its event id is the order's id, the type and the time. */
    public static final class AnOrder {
        private final String orderId;
        private String buyerId = "zhou";
        private OrderEventType type = OrderEventType.PLACED;
        private final OrderCustodians custodians = new OrderCustodians();
        private String eventId;
        private boolean decoy;

        private AnOrder(String orderId) {
            this.orderId = orderId;
        }

        public AnOrder by(String buyer) {
            buyerId = buyer;
            return this;
        }

        public AnOrder event(OrderEventType newType) {
            type = newType;
            return this;
        }

        public AnOrder withEventId(String id) {
            eventId = id;
            return this;
        }

        public AnOrder from(Custodian... touching) {
            for (Custodian custodian : touching) {
                custodians.add(custodian, null);
            }
            return this;
        }

        /** Adds a custodian that saw only these fields. */
        public AnOrder seenBy(Custodian custodian, Field... saw) {
            custodians.add(custodian, Set.of(saw));
            return this;
        }

        /** Adds a custodian that saw what its role can know, with a mark. */
        public AnOrder marked(Custodian custodian, String mark) {
            custodians.add(custodian, null, mark);
            return this;
        }

        /** Makes its buyer a decoy. */
        public AnOrder ofDecoy() {
            return decoy(true);
        }

        public AnOrder decoy(boolean isDecoy) {
            decoy = isDecoy;
            return this;
        }

        public OrderEvent at(Instant time) {
            String id = eventId == null ? orderId + "/" + type + "/" + time : eventId;
            return new OrderEvent(id, orderId, buyerId, type, time, custodians, decoy);
        }
    }

    /** A contact in the making; it is reported an hour after it happens unless said otherwise. */
    public static final class AContact {
        private final String contactId;
        private String buyerId = "zhou";
        private Duration delay = Duration.ofHours(1);
        private final Set<Field> disclosed = EnumSet.noneOf(Field.class);
        private String quoted;
        private ReportSource source;
        private ContactDetails details = ContactDetails.NONE;
        private String caller;
        private Loss loss;

        private AContact(String contactId) {
            this.contactId = contactId;
        }

        public AContact with(String buyer) {
            buyerId = buyer;
            return this;
        }

        public AContact knowing(Field... fields) {
            disclosed.addAll(List.of(fields));
            return this;
        }

        public AContact quoting(String orderId) {
            quoted = orderId;
            return this;
        }

        public AContact returning(String disclosedMark) {
            return with(ContactDetails.ofMark(disclosedMark));
        }

        public AContact with(ContactDetails furtherEvidence) {
            details = furtherEvidence;
            return this;
        }

        public AContact calledBy(String number) {
            caller = number;
            return this;
        }

        public AContact losing(Loss taken) {
            loss = taken;
            return this;
        }

        public AContact from(ReportSource reportedBy) {
            source = reportedBy;
            return this;
        }

        public AContact reportedAfter(Duration after) {
            delay = after;
            return this;
        }

        public ScamContact at(Instant time) {
            return new ScamContact(
                    contactId,
                    buyerId,
                    time,
                    time.plus(delay),
                    Channel.CALL,
                    caller,
                    null,
                    disclosed,
                    quoted,
                    loss,
                    source,
                    details);
        }
    }
}
