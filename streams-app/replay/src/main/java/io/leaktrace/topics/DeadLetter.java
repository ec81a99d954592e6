package io.leaktrace.topics;

import java.nio.charset.StandardCharsets;
import org.apache.kafka.common.header.Headers;

/**
 * A rejected record.
 *
 * @param partition of the topic {@code dead-letters}
 * @param offset of the topic {@code dead-letters}
 * @param key as received, or null
 * @param value as received, or null
 * @param topic the topic from which it came
 * @param origin its position in that topic, as {@code PARTITION:OFFSET}
 * @param headers as received
 * @param bytesBeforeCut original length of the value if it was too large and was cut; null if it is whole
 */
public record DeadLetter(
        int partition,
        long offset,
        byte[] key,
        byte[] value,
        String reason,
        String topic,
        String origin,
        Headers headers,
        String bytesBeforeCut) {

    /** Whether part of its value is missing, so that it cannot be decoded. */
    public boolean isCut() {
        return bytesBeforeCut != null;
    }

    /** Its position in the topic {@code dead-letters}, as {@code PARTITION:OFFSET}. */
    public String place() {
        return partition + ":" + offset;
    }

    /**
     * The reason without names, numbers and times, which are replaced by {@code …}; letters with the same kind of
     * reason are counted together.
     */
    public String kind() {
        return reason.replaceAll("\\d{4}-\\d\\d-\\d\\dT[0-9:.]+Z", "…")
                .replaceAll("'[^']*'", "'…'")
                .replaceAll("\\b\\d+\\b", "…");
    }

    /** The key as text; null if there is no key. */
    public String keyText() {
        return key == null ? null : new String(key, StandardCharsets.UTF_8);
    }
}
