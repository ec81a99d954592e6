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

/** The list of topics: names, keys, values and retention. */
public record Topics(String prefix) {

    /** How a topic is cleaned up. */
    public enum Cleanup {
        DELETE,
        COMPACT
    }

    /** What a topic is for; it determines the retention of its records. */
    public enum Purpose {
        /** Input records, read by the pipeline and by replays. */
        INPUT(Cleanup.DELETE),
        /** Decisions of people; the last one on each custodian is kept for ever. */
        VERDICTS(Cleanup.COMPACT),
        /** Findings of which each one is kept. */
        FINDINGS(Cleanup.DELETE),
        /** Findings of which the last one on each custodian is kept. */
        LATEST_FINDINGS(Cleanup.COMPACT),
        AUDIT(Cleanup.DELETE),
        DEAD_LETTERS(Cleanup.DELETE);

        private final Cleanup cleanup;

        Purpose(Cleanup cleanup) {
            this.cleanup = cleanup;
        }

        /** Returns how topics of this purpose are cleaned up. */
        public Cleanup cleanup() {
            return cleanup;
        }
    }

    /**
     * One topic.
     *
     * @param key content of its keys
     * @param schema of its values; empty if they are stored as received
     * @param purpose what it is for
     * @param keyedByBuyer whether it needs as many partitions as the other topics keyed by buyer
     */
    public record Topic(String name, String key, Optional<Schema> schema, Purpose purpose, boolean keyedByBuyer) {

        public Cleanup cleanup() {
            return purpose.cleanup();
        }
    }

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

    /** Returns the names of the topics that the pipeline reads. */
    public List<String> inputs() {
        return List.of(orderEvents(), scamContacts(), leakVerdicts());
    }

    public List<Topic> all() {
        return List.of(
                topic(orderEvents(), "buyerId", OrderEvent.getClassSchema(), Purpose.INPUT, true),
                topic(scamContacts(), "buyerId", ScamContact.getClassSchema(), Purpose.INPUT, true),
                topic(leakVerdicts(), "custodian", LeakVerdict.getClassSchema(), Purpose.VERDICTS, false),
                topic(leakEvidence(), "buyerId", LeakEvidence.getClassSchema(), Purpose.FINDINGS, false),
                topic(leakSuspects(), "custodian", LeakSuspect.getClassSchema(), Purpose.LATEST_FINDINGS, false),
                topic(leakAlerts(), "custodian", LeakAlert.getClassSchema(), Purpose.FINDINGS, false),
                topic(leakEpochs(), "market", EpochSummary.getClassSchema(), Purpose.FINDINGS, false),
                topic(
                        leakExplanations(),
                        "custodian",
                        LeakExplanation.getClassSchema(),
                        Purpose.LATEST_FINDINGS,
                        false),
                topic(leakAudit(), "person", LeakAudit.getClassSchema(), Purpose.AUDIT, false),
                topic(deadLetters(), "as it came", null, Purpose.DEAD_LETTERS, false));
    }

    private static Topic topic(String name, String key, Schema schema, Purpose purpose, boolean keyedByBuyer) {
        return new Topic(name, key, Optional.ofNullable(schema), purpose, keyedByBuyer);
    }
}
