package io.leaktrace.history;

import java.nio.charset.StandardCharsets;

/**
 * A record that was refused.
 *
 * @param partition of the topic {@code dead-letters}
 * @param offset of the topic {@code dead-letters}
 * @param key as it came, or null
 * @param value as it came, or null
 * @param topic where it came from
 * @param origin its place there, as {@code PARTITION:OFFSET}
 */
public record DeadLetter(
        int partition, long offset, byte[] key, byte[] value, String reason, String topic, String origin) {

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
