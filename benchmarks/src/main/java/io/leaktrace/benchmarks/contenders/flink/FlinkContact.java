package io.leaktrace.benchmarks.contenders.flink;

import io.leaktrace.avro.ScamContact;
import org.apache.avro.specific.SpecificRecord;

/** What the job needs of a contact, as a POJO in Flink's sense. */
public final class FlinkContact {

    public String buyer;
    /** When the contact happened. */
    public long time;

    /** Reads it from a topic's bytes. */
    static final class Schema extends AvroSchema<FlinkContact> {

        private static final long serialVersionUID = 1;

        Schema(String registryUrl) {
            super(registryUrl, FlinkContact.class);
        }

        @Override
        FlinkContact of(SpecificRecord record) {
            ScamContact reported = (ScamContact) record;
            FlinkContact contact = new FlinkContact();
            contact.buyer = reported.getBuyerId();
            contact.time = reported.getContactedAt().toEpochMilli();
            return contact;
        }
    }
}
