package io.leaktrace.benchmarks.market;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.TreeMap;

/** What every contender has to find: how many orders each custodian touched, and how many contacts followed them. */
public final class Counts {

    private static final class Count {
        long exposures;
        long followed;
    }

    private final TreeMap<String, Count> byCustodian = new TreeMap<>();

    /** @param custodian as {@code ROLE:id} */
    public void addExposures(String custodian, long exposures) {
        of(custodian).exposures += exposures;
    }

    /** @param followed pairs of a contact and a touch of the same buyer with 0 &lt; contactedAt − touch &lt;= 14 days */
    public void addFollowed(String custodian, long followed) {
        of(custodian).followed += followed;
    }

    private Count of(String custodian) {
        return byCustodian.computeIfAbsent(custodian, absent -> new Count());
    }

    public long exposures() {
        return byCustodian.values().stream().mapToLong(count -> count.exposures).sum();
    }

    public long followed() {
        return byCustodian.values().stream().mapToLong(count -> count.followed).sum();
    }

    /** One line to compare by: sums, and a digest over the counts of all custodians in order. */
    public String checksum() {
        StringBuilder lines = new StringBuilder();
        byCustodian.forEach((custodian, count) -> lines.append(custodian)
                .append(' ')
                .append(count.exposures)
                .append(' ')
                .append(count.followed)
                .append('\n'));
        return "custodians=" + byCustodian.size() + " exposures=" + exposures() + " followed=" + followed() + " sha256="
                + digest(lines.toString());
    }

    private static String digest(String text) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(digest, 0, 8);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }
}
