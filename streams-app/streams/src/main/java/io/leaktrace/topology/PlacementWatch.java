package io.leaktrace.topology;

/**
 * Counts how the keys of an input topic are placed in one partition of it, and reports if that is not what the topology
 * assumes. Records that come to the wrong task are correlated with nothing, without any other sign.
 */
final class PlacementWatch {

    private static final int LEAST_SEEN = 100;
    /** Share of misplaced keys above which it reports. */
    private static final double TOLERATED = 0.05;
    /** Counts are halved when this number of records has been counted, so that a change of the writers shows soon. */
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
     * @param setting that names the rule of this topic
     * @param assumed the rule that keys should follow
     * @param partition that is watched
     * @param partitions of the topic
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

    /** Counts a record; one without a key is placed by no rule and not counted. */
    void see(byte[] key) {
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
        if (seen() >= HALVED_AT) {
            asAssumed /= 2;
            byOther /= 2;
            byNone /= 2;
        }
    }

    /** Records counted whose key belongs to another partition, since the start. */
    long misplaced() {
        return misplaced;
    }

    private int seen() {
        return asAssumed + byOther + byNone;
    }

    private KeyPlacement other() {
        return assumed == KeyPlacement.MURMUR2 ? KeyPlacement.CRC32 : KeyPlacement.MURMUR2;
    }

    private void reportIfMany() {
        int wrong = byOther + byNone;
        if (reported || seen() < LEAST_SEEN || wrong <= TOLERATED * seen()) {
            return;
        }
        reported = true;
        // By chance, some of those that follow no rule known here are where the other rule would put them.
        boolean otherRule = byNone * 20 <= wrong;
        listener.onMisplacedKeys(
                topic,
                "of the last " + seen() + " keys looked at in partition " + partition + " of " + topic + ", " + wrong
                        + " are not placed by " + assumed.described() + ", as was assumed, but by "
                        + (otherRule ? other().described() : "another rule")
                        + ": orders and contacts of these buyers do not meet. Restart all instances: with " + setting
                        + "=auto the start looks at the newest keys; or set " + setting + "="
                        + (otherRule ? other().label() + " if all keys follow that rule now, else 'any'" : "any"));
    }
}
