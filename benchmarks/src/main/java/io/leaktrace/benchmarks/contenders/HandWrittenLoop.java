package io.leaktrace.benchmarks.contenders;

import io.leaktrace.benchmarks.contenders.compact.BuyerHistory;
import io.leaktrace.benchmarks.contenders.compact.CompactReader;
import io.leaktrace.benchmarks.contenders.compact.CustodianNumbers;
import io.leaktrace.benchmarks.market.Counts;
import io.leaktrace.benchmarks.market.Market;
import io.leaktrace.benchmarks.process.ContenderRun;
import io.leaktrace.domain.EventTime;
import io.leaktrace.runtime.Settings;
import it.unimi.dsi.fastutil.longs.Long2ObjectMap;
import it.unimi.dsi.fastutil.longs.Long2ObjectOpenHashMap;
import it.unimi.dsi.fastutil.objects.ObjectIterator;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;

/**
 * One consumer, one map from buyer to bytes, one array of counts: the least that does the job. It forgets everything when
 * it ends, and so never has to go on from where it was.
 */
final class HandWrittenLoop implements Contender {

    /** A contact may come so long after it happened, and the touches it follows must still be there. */
    private static final long RETENTION = Market.WINDOW + EventTime.DAY;

    private static final long SWEEP_EVERY = 2 * EventTime.DAY;

    /** One partition's buyers and how far its two topics have come; 0 is before all times. */
    private static final class Partition {
        final Long2ObjectOpenHashMap<byte[]> histories = new Long2ObjectOpenHashMap<>();
        long ordersReached;
        long contactsReached;
        long sweptAt;

        long reached() {
            return Math.min(ordersReached, contactsReached);
        }

        /** Forgets what nothing that is to come can need. */
        void sweep() {
            long reached = reached();
            if (reached - SWEEP_EVERY < sweptAt) {
                return;
            }
            sweptAt = reached;
            ObjectIterator<Long2ObjectMap.Entry<byte[]>> all =
                    histories.long2ObjectEntrySet().fastIterator();
            while (all.hasNext()) {
                Long2ObjectMap.Entry<byte[]> entry = all.next();
                byte[] rest = BuyerHistory.since(entry.getValue(), reached - RETENTION);
                if (rest == null) {
                    all.remove();
                } else if (rest != entry.getValue()) {
                    entry.setValue(rest);
                }
            }
        }

        long bytes() {
            return histories.values().stream()
                    .mapToLong(history -> history.length)
                    .sum();
        }
    }

    private final Settings settings;
    private final Market market;
    private final CompactReader reader = new CompactReader();
    private final CustodianNumbers custodians = new CustodianNumbers();
    private final List<Partition> partitions = new ArrayList<>();
    private long[] exposures = new long[1024];
    private long[] followed = new long[1024];

    HandWrittenLoop(ContenderRun run) {
        settings = run.settings(Map.of());
        market = run.market();
    }

    @Override
    public void run() {
        String orders = settings.topics().orderEvents();
        String contacts = settings.topics().scamContacts();
        try (InputReader<byte[]> input = InputReader.ofBytes(settings, List.of(orders, contacts))) {
            Map<TopicPartition, Long> ends = input.ends();
            for (int i = 0; i < ends.size() / 2; i++) {
                Partition partition = new Partition();
                if (ends.get(new TopicPartition(contacts, i)) == 0) {
                    partition.contactsReached = Long.MAX_VALUE;
                }
                partitions.add(partition);
            }
            input.forEach(record -> {
                Partition partition = partitions.get(record.partition());
                if (record.topic().equals(orders)) {
                    acceptOrder(partition, record);
                } else {
                    TopicPartition at = new TopicPartition(record.topic(), record.partition());
                    acceptContact(partition, record, ends.get(at));
                }
            });
        }
    }

    private void acceptOrder(Partition partition, ConsumerRecord<byte[], byte[]> record) {
        reader.readOrder(record.value(), custodians);
        if (custodians.size() > exposures.length) {
            exposures = Arrays.copyOf(exposures, 2 * exposures.length);
            followed = Arrays.copyOf(followed, 2 * followed.length);
        }
        for (int i = 0; i < reader.custodianCount(); i++) {
            exposures[reader.custodians()[i]]++;
        }
        byte[] history = partition.histories.get(reader.buyer());
        partition.histories.put(reader.buyer(), BuyerHistory.withOrder(history, reader, this::addFollowed));
        partition.ordersReached = Math.max(partition.ordersReached, reader.time());
        partition.sweep();
    }

    private void acceptContact(Partition partition, ConsumerRecord<byte[], byte[]> record, long end) {
        reader.readContact(record.value());
        byte[] history = partition.histories.get(reader.buyer());
        partition.histories.put(reader.buyer(), BuyerHistory.withContact(history, reader.time(), this::addFollowed));
        boolean last = record.offset() == end - 1;
        partition.contactsReached = last ? Long.MAX_VALUE : Math.max(partition.contactsReached, reader.time());
    }

    private void addFollowed(int custodian) {
        followed[custodian]++;
    }

    @Override
    public String result() {
        Counts counts = new Counts();
        for (int number = 0; number < custodians.size(); number++) {
            counts.addExposures(custodians.name(number), exposures[number]);
            counts.addFollowed(custodians.name(number), followed[number]);
        }
        return counts.checksum();
    }

    @Override
    public double stateBytesPerTouch() {
        long bytes = partitions.stream().mapToLong(Partition::bytes).sum();
        return (double) bytes / market.touchesWithin(RETENTION);
    }
}
