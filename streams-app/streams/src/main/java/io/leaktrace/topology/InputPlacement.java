package io.leaktrace.topology;

/**
 * How the records of a buyer come together in one correlate task: by which rule buyers are assigned to tasks, and which
 * input topics have to be repartitioned because their writers follow another one.
 *
 * @param rule by which buyers are assigned to tasks
 * @param partitions number of partitions of the order events, and so the number of correlate tasks
 * @param contactPartitions number of partitions of the scam contacts
 * @param movesOrders whether order events are repartitioned
 * @param movesContacts whether scam contacts are repartitioned
 */
public record InputPlacement(
        KeyPlacement rule, int partitions, int contactPartitions, boolean movesOrders, boolean movesContacts) {

    /** Both topics written by Java's producer and with the same number of partitions: nothing is repartitioned. */
    public static InputPlacement standard(int partitions) {
        return new InputPlacement(KeyPlacement.MURMUR2, partitions, partitions, false, false);
    }

    /**
     * Returns the number of the correlate task that a buyer's records belong to.
     *
     * @param key of the record; null or empty for a record that will be refused
     */
    public int taskOf(byte[] key) {
        return key == null || key.length == 0 ? 0 : rule.partition(key, partitions);
    }
}
