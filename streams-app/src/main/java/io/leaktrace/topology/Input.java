package io.leaktrace.topology;

import io.leaktrace.correlate.Correlator;
import io.leaktrace.domain.Correlation;
import io.leaktrace.domain.Erasure;
import io.leaktrace.domain.LeakVerdict;
import io.leaktrace.domain.OrderEvent;
import io.leaktrace.domain.Plausibility;
import io.leaktrace.domain.ScamContact;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.serialization.Deserializer;

/** A value of an input topic: the record, or why it cannot be read, and its bytes as they came. */
public final class Input implements Arrived {

    private final Object record;
    private final String unreadable;
    private final byte[] bytes;
    /** Once it has been asked for: the time of a record is asked for before the record is. */
    private Optional<String> refusal;

    /**
     * @param record an {@link OrderEvent}, a {@link ScamContact}, a {@link LeakVerdict} or an {@link Erasure}; null if it
     *     cannot be read
     * @param unreadable the reason, or null
     */
    Input(Object record, String unreadable, byte[] bytes) {
        this.record = record;
        this.unreadable = unreadable;
        this.bytes = bytes;
    }

    /** What it is; null if it cannot be read. */
    public Object record() {
        return record;
    }

    byte[] bytes() {
        return bytes;
    }

    /** Reads values without ever failing for what they hold. */
    public static Deserializer<Input> deserializer(Deserializer<Object> records, Topics topics) {
        return new Deserializer<>() {
            @Override
            public Input deserialize(String topic, Headers headers, byte[] bytes) {
                boolean erases = bytes == null
                        && headers.lastHeader(Erasures.BUYER) != null
                        && !topic.equals(topics.leakVerdicts());
                return erases ? Erasures.read(headers) : read(topic, headers, bytes);
            }

            @Override
            public Input deserialize(String topic, byte[] bytes) {
                return read(topic, new RecordHeaders(), bytes);
            }

            private Input read(String topic, Headers headers, byte[] bytes) {
                if (bytes == null) {
                    return new Input(null, "the record has no value", null);
                }
                try {
                    Object record = records.deserialize(topic, headers, bytes);
                    if (!typeOn(topic).isInstance(record)) {
                        String found = record.getClass().getSimpleName();
                        return new Input(null, "a record of type " + found + " has no business on this topic", bytes);
                    }
                    return new Input(record, null, bytes);
                } catch (SerializationException e) {
                    return new Input(null, e.getMessage(), bytes);
                }
            }

            private Class<?> typeOn(String topic) {
                if (topic.equals(topics.orderEvents())) {
                    return OrderEvent.class;
                }
                return topic.equals(topics.scamContacts()) ? ScamContact.class : LeakVerdict.class;
            }
        };
    }

    /**
     * Why this record is not taken, if it is not.
     *
     * @param key of the record, or null
     * @param now the time against which "from the future" is judged, the first time this is asked
     */
    public Optional<String> refusal(byte[] key, Instant now) {
        if (refusal == null) {
            refusal = unreadable != null ? Optional.of(unreadable) : implausible(key, now);
        }
        return refusal;
    }

    private Optional<String> implausible(byte[] key, Instant now) {
        String text = key == null ? null : new String(key, StandardCharsets.UTF_8);
        if (record instanceof OrderEvent event) {
            return Plausibility.refuse(event, text, now);
        }
        if (record instanceof ScamContact contact) {
            return Plausibility.refuse(contact, text, now);
        }
        if (record instanceof Erasure erasure) {
            return Plausibility.refuse(erasure, text, now);
        }
        return Plausibility.refuse((LeakVerdict) record, text, now);
    }

    /** Event time, if the record can be read. */
    public Optional<Instant> eventTime() {
        if (record instanceof OrderEvent event) {
            return Optional.of(event.occurredAt());
        }
        if (record instanceof ScamContact contact) {
            return Optional.of(contact.reportedAt());
        }
        if (record instanceof Erasure erasure) {
            return Optional.of(erasure.at());
        }
        return record instanceof LeakVerdict verdict ? Optional.of(verdict.at()) : Optional.empty();
    }

    /**
     * Hands a record that is not refused to the correlator of its partition.
     *
     * @return everything there is to say after it
     */
    List<Correlation> handTo(Correlator correlator) {
        if (record instanceof OrderEvent event) {
            return correlator.accept(event);
        }
        if (record instanceof ScamContact contact) {
            return correlator.accept(contact);
        }
        if (record instanceof Erasure erasure) {
            return correlator.accept(erasure);
        }
        LeakVerdict verdict = (LeakVerdict) record;
        Long until = verdict.expiresAt() == null ? null : verdict.expiresAt().toEpochMilli();
        return List.of(new Correlation.VerdictGiven(
                verdict.custodian(), verdict.verdict(), verdict.at().toEpochMilli(), until));
    }
}
