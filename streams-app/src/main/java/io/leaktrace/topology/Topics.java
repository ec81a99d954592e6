package io.leaktrace.topology;

import io.leaktrace.avro.EpochSummary;
import io.leaktrace.avro.LeakAlert;
import io.leaktrace.avro.LeakAudit;
import io.leaktrace.avro.LeakEvidence;
import io.leaktrace.avro.LeakExplanation;
import io.leaktrace.avro.LeakSuspect;
import io.leaktrace.avro.LeakVerdict;
import io.leaktrace.avro.OrderEvent;
import io.leaktrace.avro.ScamContact;
import java.util.List;
import java.util.Optional;
import org.apache.avro.Schema;

/** The catalogue of topics: names, keys, values and how they are kept. */
public record Topics(String prefix) {

    /** How a topic is cleaned up. */
    public enum Cleanup {
        DELETE,
        COMPACT
    }

    /**
     * One topic.
     *
     * @param key what its keys are
     * @param schema of its values; empty where they are as they came
     * @param keyedByBuyer whether it needs as many partitions as the other topics keyed by buyer
     */
    public record Topic(String name, String key, Optional<Schema> schema, Cleanup cleanup, boolean keyedByBuyer) {}

    public String orderEvents() {
        return prefix + "order-events";
    }

    public String scamContacts() {
        return prefix + "scam-contacts";
    }

    public String leakVerdicts() {
        return prefix + "leak-verdicts";
    }

    public String leakEvidence() {
        return prefix + "leak-evidence";
    }

    public String leakSuspects() {
        return prefix + "leak-suspects";
    }

    public String leakAlerts() {
        return prefix + "leak-alerts";
    }

    public String leakEpochs() {
        return prefix + "leak-epochs";
    }

    public String leakExplanations() {
        return prefix + "leak-explanations";
    }

    public String leakAudit() {
        return prefix + "leak-audit";
    }

    public String deadLetters() {
        return prefix + "dead-letters";
    }

    public List<Topic> all() {
        return List.of(
                topic(orderEvents(), "buyerId", OrderEvent.getClassSchema(), Cleanup.DELETE, true),
                topic(scamContacts(), "buyerId", ScamContact.getClassSchema(), Cleanup.DELETE, true),
                topic(leakVerdicts(), "custodian", LeakVerdict.getClassSchema(), Cleanup.COMPACT, false),
                topic(leakEvidence(), "buyerId", LeakEvidence.getClassSchema(), Cleanup.DELETE, false),
                topic(leakSuspects(), "custodian", LeakSuspect.getClassSchema(), Cleanup.COMPACT, false),
                topic(leakAlerts(), "custodian", LeakAlert.getClassSchema(), Cleanup.DELETE, false),
                topic(leakEpochs(), "market", EpochSummary.getClassSchema(), Cleanup.DELETE, false),
                topic(leakExplanations(), "custodian", LeakExplanation.getClassSchema(), Cleanup.COMPACT, false),
                topic(leakAudit(), "who looked", LeakAudit.getClassSchema(), Cleanup.DELETE, false),
                topic(deadLetters(), "as it came", null, Cleanup.DELETE, false));
    }

    private static Topic topic(String name, String key, Schema schema, Cleanup cleanup, boolean keyedByBuyer) {
        return new Topic(name, key, Optional.ofNullable(schema), cleanup, keyedByBuyer);
    }
}
