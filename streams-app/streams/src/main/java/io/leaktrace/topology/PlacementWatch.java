package io.leaktrace.topology;

/**
 * Counts by which rule the keys in one partition of an input topic are placed, and reports if it is not the assumed
 * one. Without this report, records that reach the wrong task would silently remain uncorrelated.
 */
final class PlacementWatch {

    private static final int MIN_COUNTED = 100;
    /** Share of misplaced keys above which a report is sent. */
    private static final double TOLERATED = 0.05;
    /** Counts are halved at this number of records, so that a change of the writers is detected soon. */
    private static final int HALVED_AT = 1_000;

    private final String topic;
    private final String setting;
    private final KeyPlacement assumed;
    private final int partition;
    private final int partitions;
    private final PlacementListener listener;

    private int asAssumed;
    private int byOther;
    private int byNone;
    private long misplaced;
    private boolean reported;

    /**
     * @param setting name of the setting for the rule of this topic
     * @param assumed the rule that keys should follow
     * @param partition the watched partition
     * @param partitions number of partitions of the topic
     */
    PlacementWatch(
            String topic,
            String setting,
            KeyPlacement assumed,
            int partition,
            int partitions,
            PlacementListener listener) {
        this.topic = topic;
        this.setting = setting;
        this.assumed = assumed;
        this.partition = partition;
        this.partitions = partitions;
        this.listener = listener;
    }

    /** Counts a record; one without a key is ignored, since no rule applies to it. */
    void count(byte[] key) {
        if (key == null || key.length == 0) {
            return;
        }
        if (assumed.partition(key, partitions) == partition) {
            asAssumed++;
        } else {
            misplaced++;
            if (other().partition(key, partitions) == partition) {
                byOther++;
            } else {
                byNone++;
            }
            reportIfMany();
        }
        if (counted() >= HALVED_AT) {
            asAssumed /= 2;
            byOther /= 2;
            byNone /= 2;
        }
    }

    /** Returns the number of counted records since the start whose key belongs to another partition. */
    long misplaced() {
        return misplaced;
    }

    private int counted() {
        return asAssumed + byOther + byNone;
    }

    private KeyPlacement other() {
        return assumed == KeyPlacement.MURMUR2 ? KeyPlacement.CRC32 : KeyPlacement.MURMUR2;
    }

    private void reportIfMany() {
        int wrong = byOther + byNone;
        if (reported || counted() < MIN_COUNTED || wrong <= TOLERATED * counted()) {
            return;
        }
        reported = true;
        // Some keys of an unknown rule match the other rule by chance.
        boolean otherRule = byNone * 20 <= wrong;
        listener.onMisplacedKeys(
                topic,
                "of the last " + counted() + " keys sampled in partition " + partition + " of " + topic + ", " + wrong
                        + " are not placed by " + assumed.described() + ", as was assumed, but by "
                        + (otherRule ? other().described() : "another rule")
                        + ": orders and contacts of these buyers are not joined. Restart all instances: with " + setting
                        + "=auto the rule is detected from the newest keys; or set " + setting + "="
                        + (otherRule ? other().label() + " if all keys follow that rule now, else 'any'" : "any"));
    }
}
