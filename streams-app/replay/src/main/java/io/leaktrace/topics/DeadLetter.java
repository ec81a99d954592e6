package io.leaktrace.topics;

import java.nio.charset.StandardCharsets;
import org.apache.kafka.common.header.Headers;

/**
 * A record that was refused.
 *
 * @param partition of the topic {@code dead-letters}
 * @param offset of the topic {@code dead-letters}
 * @param key as it came, or null
 * @param value as it came, or null
 * @param topic where it came from
 * @param origin its place there, as {@code PARTITION:OFFSET}
 * @param headers it came with
 * @param bytesBeforeCut length of its value as it came, if that was too large and was cut; null if it is whole
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

    /** Whether part of its value is missing here, so that it is no record any more. */
    public boolean isCut() {
        return bytesBeforeCut != null;
    }

    /** Its place among the dead letters, as {@code PARTITION:OFFSET}. */
    public String place() {
        return partition + ":" + offset;
    }

    /**
     * What the reason is apart from names, numbers and times: letters of a kind share it, though one has this id and the
     * next another.
     */
    public String kind() {
        return reason.replaceAll("\\d{4}-\\d\\d-\\d\\dT[0-9:.]+Z", "…")
                .replaceAll("'[^']*'", "'…'")
                .replaceAll("\\b\\d+\\b", "…");
    }

    /** The key as text, or {@code null}. */
    public String keyText() {
        return key == null ? null : new String(key, StandardCharsets.UTF_8);
    }
}
