package io.leaktrace.topology;

import io.leaktrace.domain.Erasure;
import io.leaktrace.domain.InputRecord;
import io.leaktrace.domain.LeakVerdict;
import io.leaktrace.domain.OrderEvent;
import io.leaktrace.domain.RecordValidator;
import io.leaktrace.domain.ScamContact;
import io.leaktrace.domain.TimeLimit;
import io.leaktrace.wire.KeyDiagnosis;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Optional;
import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.serialization.Deserializer;

/** A value of an input topic: the record, or the reason why it cannot be read, and its bytes as received. */
public final class DecodedInput implements TopologyInput {

    private final InputRecord record;
    private final String unreadable;
    private final byte[] bytes;
    /** Null until the record has been validated. */
    private Optional<String> rejection;

    /**
     * @param record null if it cannot be read
     * @param unreadable the reason, or null
     */
    DecodedInput(InputRecord record, String unreadable, byte[] bytes) {
        this.record = record;
        this.unreadable = unreadable;
        this.bytes = bytes;
    }

    /** Returns the record; null if it cannot be read. */
    public InputRecord record() {
        return record;
    }

    byte[] bytes() {
        return bytes;
    }

    /** Returns the same validated input with its bytes in Leaktrace's own form. */
    DecodedInput written(MappedWriter writer) {
        DecodedInput same = new DecodedInput(record, unreadable, writer.write(record));
        same.rejection = rejection;
        return same;
    }

    /**
     * Returns a deserializer that does not throw for any content of a value: a problem becomes the reason for which the
     * record is rejected. It throws only if the registry does not answer, since the record may be valid.
     */
    public static Deserializer<DecodedInput> deserializer(Deserializer<Object> records, Topics topics) {
        String orderEvents = topics.orderEvents();
        String scamContacts = topics.scamContacts();
        String leakVerdicts = topics.leakVerdicts();
        return new Deserializer<>() {
            @Override
            public DecodedInput deserialize(String topic, Headers headers, byte[] bytes) {
                try {
                    boolean erases =
                            bytes == null && headers.lastHeader(Erasures.BUYER) != null && !topic.equals(leakVerdicts);
                    return erases ? Erasures.read(headers) : read(topic, headers, bytes);
                } catch (RetriableException e) {
                    throw e;
                } catch (RuntimeException | StackOverflowError e) {
                    return new DecodedInput(null, reason(e), bytes);
                }
            }

            @Override
            public DecodedInput deserialize(String topic, byte[] bytes) {
                return deserialize(topic, new RecordHeaders(), bytes);
            }

            private DecodedInput read(String topic, Headers headers, byte[] bytes) {
                if (bytes == null) {
                    return new DecodedInput(null, noValue(topic), null);
                }
                Object record = records.deserialize(topic, headers, bytes);
                if (!typeOn(topic).isInstance(record)) {
                    String found = record == null ? "null" : record.getClass().getSimpleName();
                    return new DecodedInput(
                            null, "a record of type " + found + " has no business on this topic", bytes);
                }
                return new DecodedInput((InputRecord) record, null, bytes);
            }

            private String noValue(String topic) {
                return topic.equals(leakVerdicts)
                        ? "a verdict without a value takes nothing back: send the verdict REMEDIATED"
                        : "the record has no value";
            }

            private Class<? extends InputRecord> typeOn(String topic) {
                if (topic.equals(orderEvents)) {
                    return OrderEvent.class;
                }
                return topic.equals(scamContacts) ? ScamContact.class : LeakVerdict.class;
            }
        };
    }

    /** Returns the reason in a dead letter for an exception. */
    static String reason(Throwable problem) {
        if (problem instanceof SerializationException && problem.getMessage() != null) {
            return problem.getMessage();
        }
        String message = problem.getMessage() == null ? "" : ": " + problem.getMessage();
        return "an unexpected " + problem.getClass().getSimpleName() + message;
    }

    /**
     * Validates the record; later calls return the first result.
     *
     * @param key of the record, or null
     * @param limit the latest event time that is accepted
     * @return why the record is rejected; empty if it is accepted
     */
    public Optional<String> validate(byte[] key, TimeLimit limit) {
        if (rejection == null) {
            rejection = unreadable != null ? Optional.of(unreadable) : implausible(key, limit);
        }
        return rejection;
    }

    /** Returns why the record is rejected; empty if it is accepted. {@link #validate} must be called first. */
    public Optional<String> rejection() {
        if (rejection == null) {
            throw new IllegalStateException("the record has not been validated");
        }
        return rejection;
    }

    private Optional<String> implausible(byte[] key, TimeLimit limit) {
        try {
            return check(key, limit)
                    .map(reason -> reason.startsWith(RecordValidator.OTHER_KEY)
                            ? reason
                                    + KeyDiagnosis.explain(key, record.key())
                                            .map(form -> ": " + form)
                                            .orElse("")
                            : reason);
        } catch (RuntimeException e) {
            return Optional.of(reason(e));
        }
    }

    private Optional<String> check(byte[] key, TimeLimit limit) {
        String text = key == null ? null : new String(key, StandardCharsets.UTF_8);
        if (record instanceof OrderEvent event) {
            return RecordValidator.rejection(event, text, limit);
        }
        if (record instanceof ScamContact contact) {
            return RecordValidator.rejection(contact, text, limit);
        }
        if (record instanceof Erasure erasure) {
            return RecordValidator.rejection(erasure, text, limit);
        }
        return RecordValidator.rejection((LeakVerdict) record, text, limit);
    }

    /** Returns event time; empty if the record cannot be read. */
    public Optional<Instant> eventTime() {
        return Optional.ofNullable(record).map(InputRecord::eventTime);
    }
}
