package io.leaktrace.replay;

import io.leaktrace.domain.EventTime;
import io.leaktrace.domain.InputRecord;
import io.leaktrace.domain.OrderEvent;
import io.leaktrace.domain.ScamContact;
import io.leaktrace.domain.TimeLimit;
import io.leaktrace.runtime.Settings;
import io.leaktrace.runtime.StartException;
import io.leaktrace.topology.InputPlacement;
import io.leaktrace.topology.InputReader;
import io.leaktrace.topology.KeyedInput;
import it.unimi.dsi.fastutil.objects.ObjectHeapPriorityQueue;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.OffsetOutOfRangeException;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.WakeupException;

/**
 * A merge of partitions into one deterministic order: next is always the oldest of the records at their heads. A late
 * record is ordered by the time that its partition had reached, so that it is as late as it was originally; or by the
 * time of sending, if the partition's records are sent soon after they happen, which is more precise in a topic with
 * few records.
 *
 * <p>One thread polls. The thread that calls {@link #next} also decodes: fetching decoded records from the caches of
 * another core takes longer than decoding them, and polling takes as long as both.
 */
final class TopicReading implements History.Reading {

    /** Maximum number of queued records of all partitions; a large record counts as several. */
    private static final int MAX_QUEUED = 40_000;

    private static final int MIN_QUEUED_PER_PARTITION = 1_000;
    private static final int USUAL_BYTES = 2_048;
    /** In milliseconds. Records sent no later than this after their event time count as live. */
    private static final long LIVE_WITHIN = EventTime.HOUR;
    /** In milliseconds. A record time further ahead is ignored: the whole partition would wait for it. */
    private static final long MAX_AHEAD = EventTime.DAY;

    private static final Duration POLL = Duration.ofMillis(200);
    private static final Duration POLL_WHILE_PAUSED = Duration.ofMillis(10);

    private final Consumer<byte[], byte[]> consumer;
    private final InputReader inputs;
    private final InputPlacement placement;
    private final Selection selection;
    private final TimeLimit limit;
    private final List<PartitionCursor> cursors = new ArrayList<>();
    private final long total;

    private final LinkedBlockingQueue<Batch> inbox = new LinkedBlockingQueue<>();
    private final ObjectHeapPriorityQueue<PartitionCursor> heads = new ObjectHeapPriorityQueue<>();
    private final Thread poller;
    private volatile RuntimeException failure;
    private volatile boolean closed;
    /** The failure after which no more records are returned, or null. */
    private StartException broken;
    /** Number of unfinished partitions without a queued record; while it is not 0, the oldest record is not known. */
    private int withoutHead;

    /**
     * Records polled from a partition.
     *
     * @param records those of selected buyers
     * @param next offset after the batch
     * @param last whether it is the last batch of the partition
     */
    private record Batch(
            PartitionCursor cursor, List<ConsumerRecord<byte[], byte[]>> records, long next, boolean last) {}

    /**
     * The time that a partition has reached.
     *
     * @param time in epoch milliseconds
     * @param live whether its latest record was sent within {@link #LIVE_WITHIN} of its event time
     */
    private record Reached(long time, boolean live) {

        Reached with(HistoryRecord arrival) {
            if (arrival.time() == HistoryRecord.NO_TIME) {
                return this;
            }
            if (arrival.time() >= time) {
                return new Reached(arrival.time(), Math.abs(arrival.sentAt() - arrival.time()) <= LIVE_WITHIN);
            }
            boolean plausible = live && arrival.sentAt() > time && arrival.sentAt() - time <= MAX_AHEAD;
            return plausible ? new Reached(arrival.sentAt(), true) : this;
        }
    }

    /** Reading state of a partition: its range, position and queued records. */
    private final class PartitionCursor implements Comparable<PartitionCursor> {
        final int index;
        final TopicRange range;
        final boolean verdicts;
        /** Whether buyers are known once the records have been mapped. */
        final boolean mapped;
        /** Whether records are accepted by the correlator of their buyer, not of this partition. */
        final boolean moved;

        // Used by the thread that calls next().
        final ArrayDeque<Batch> batches = new ArrayDeque<>();
        int at;
        /** The next record, decoded; null if none is queued. */
        HistoryRecord head;
        /** The time reached with the head, and with the record returned last. */
        Reached reached;

        Reached reachedByLast;
        long next;
        boolean ended;

        // Used by the thread that polls.
        boolean polledToEnd;
        boolean paused;

        final AtomicInteger queued = new AtomicInteger();

        PartitionCursor(int index, TopicRange range, Settings settings, long next, Reached reached) {
            this.index = index;
            this.range = range;
            this.next = next;
            this.reached = reached;
            this.reachedByLast = reached;
            verdicts = range.topic().equals(settings.topics().leakVerdicts());
            mapped = settings.sourceTopics().contains(range.topic());
            moved = mapped
                    || placement.movesOrders()
                            && range.topic().equals(settings.topics().orderEvents())
                    || placement.movesContacts()
                            && range.topic().equals(settings.topics().scamContacts());
        }

        @Override
        public int compareTo(PartitionCursor other) {
            int byTime = Long.compare(reached.time, other.reached.time);
            return byTime != 0 ? byTime : Integer.compare(index, other.index);
        }

        boolean hasHead() {
            return head != null;
        }

        void add(Batch batch) {
            batches.add(batch);
            if (head == null) {
                advance();
            }
        }

        /** Moves to the next selected record, if one is queued. */
        private void advance() {
            head = null;
            while (head == null && !batches.isEmpty()) {
                Batch batch = batches.peek();
                if (at == batch.records.size()) {
                    next = batch.next;
                    ended = batch.last;
                    at = 0;
                    batches.poll();
                } else {
                    ConsumerRecord<byte[], byte[]> record = batch.records.get(at++);
                    queued.addAndGet(-weight(record));
                    next = record.offset();
                    head = arrival(this, record);
                }
            }
            if (head != null) {
                reached = reached.with(head);
            }
        }

        HistoryRecord take() {
            HistoryRecord taken = head;
            reachedByLast = reached;
            advance();
            return taken;
        }
    }

    TopicReading(
            Settings settings,
            Consumer<byte[], byte[]> consumer,
            List<TopicRange> ranges,
            InputPlacement placement,
            Selection selection,
            TimeLimit limit,
            DataInputStream place)
            throws IOException {
        this.consumer = consumer;
        this.inputs = new InputReader(settings.wire().records(), settings.topics(), settings.sources());
        this.placement = placement;
        this.selection = selection;
        this.limit = limit;
        this.total = ranges.stream().mapToLong(TopicRange::length).sum();
        for (TopicRange range : ranges) {
            long next = place == null ? range.from() : place.readLong();
            Reached reached = place == null
                    ? new Reached(HistoryRecord.NO_TIME, false)
                    : new Reached(place.readLong(), place.readBoolean());
            cursors.add(new PartitionCursor(cursors.size(), range, settings, next, reached));
        }
        consumer.assign(ranges.stream().map(TopicRange::topicPartition).toList());
        cursors.forEach(cursor -> consumer.seek(cursor.range.topicPartition(), cursor.next));
        withoutHead = cursors.size();
        poller = new Thread(this::poll, "replay-poll");
        poller.setDaemon(true);
        poller.start();
    }

    // Methods of the thread that polls.

    private void poll() {
        try (consumer) {
            cursors.forEach(cursor -> endIfRead(cursor, cursor.next));
            while (!closed && cursors.stream().anyMatch(cursor -> !cursor.polledToEnd)) {
                boolean anyPaused = pauseAndResume();
                ConsumerRecords<byte[], byte[]> polled = consumer.poll(anyPaused ? POLL_WHILE_PAUSED : POLL);
                for (PartitionCursor cursor : cursors) {
                    if (!cursor.polledToEnd) {
                        enqueue(cursor, polled.records(cursor.range.topicPartition()));
                    }
                }
            }
        } catch (WakeupException e) {
            // The reading was closed.
        } catch (OffsetOutOfRangeException e) {
            failure = new StartException(
                    "the topic's retention deleted records before they were read: "
                            + e.offsetOutOfRangePartitions().keySet(),
                    e);
        } catch (KafkaException e) {
            failure = unreadable(e);
        } catch (RuntimeException e) {
            failure = e;
        } catch (Throwable e) {
            // The failure must reach the thread that calls next(), which would wait forever.
            failure = new IllegalStateException("reading the topics failed: " + e, e);
        }
    }

    private static StartException unreadable(KafkaException e) {
        return new StartException(
                "reading the topics failed: " + e.getMessage() + "; start the replay again to resume it", e);
    }

    private boolean pauseAndResume() {
        int most = Math.max(MIN_QUEUED_PER_PARTITION, MAX_QUEUED / cursors.size());
        boolean anyPaused = false;
        for (PartitionCursor cursor : cursors) {
            TopicPartition partition = cursor.range.topicPartition();
            boolean pause = cursor.polledToEnd || cursor.queued.get() >= (cursor.paused ? most / 2 : most);
            if (pause && !cursor.paused) {
                consumer.pause(List.of(partition));
            } else if (!pause && cursor.paused) {
                consumer.resume(List.of(partition));
            }
            cursor.paused = pause;
            anyPaused |= pause && !cursor.polledToEnd;
        }
        return anyPaused;
    }

    private void enqueue(PartitionCursor cursor, List<ConsumerRecord<byte[], byte[]>> records) {
        // Verdicts concern no buyer.
        boolean selectsAll = cursor.verdicts || cursor.mapped;
        List<ConsumerRecord<byte[], byte[]>> selected = new ArrayList<>(records.size());
        for (ConsumerRecord<byte[], byte[]> record : records) {
            if (record.offset() < cursor.range.to() && (selectsAll || selection.takesBuyer(record.key()))) {
                selected.add(record);
            }
        }
        long position = Math.min(consumer.position(cursor.range.topicPartition()), cursor.range.to());
        if (!selected.isEmpty()) {
            cursor.queued.addAndGet(
                    selected.stream().mapToInt(TopicReading::weight).sum());
            inbox.add(new Batch(cursor, selected, position, position == cursor.range.to()));
            cursor.polledToEnd = position == cursor.range.to();
        } else {
            endIfRead(cursor, position);
        }
    }

    /** The number of records of usual size that a record counts as. */
    private static int weight(ConsumerRecord<byte[], byte[]> record) {
        return 1 + (record.value() == null ? 0 : record.value().length / USUAL_BYTES);
    }

    private void endIfRead(PartitionCursor cursor, long position) {
        if (position >= cursor.range.to()) {
            cursor.polledToEnd = true;
            inbox.add(new Batch(cursor, List.of(), cursor.range.to(), true));
        }
    }

    // Methods of the thread that calls next().

    /** The record; null if it is not selected. */
    private HistoryRecord arrival(PartitionCursor cursor, ConsumerRecord<byte[], byte[]> record) {
        Optional<KeyedInput> read = inputs.read(record.topic(), record.headers(), record.key(), record.value());
        if (read.isEmpty()) {
            return null;
        }
        byte[] key = read.get().key();
        // By the record's time on the topic, as in the running pipeline, not by the current time.
        if (read.get().validate(limit.at(record.timestamp())).isPresent()) {
            return new HistoryRecord(task(cursor, key), key, null, HistoryRecord.NO_TIME, record.timestamp());
        }
        InputRecord input = read.get().input().record();
        if (cursor.mapped && !selection.takesBuyer(key) || !selection.takes(input, input.eventTime())) {
            return null;
        }
        boolean timed = cursor.verdicts || input instanceof OrderEvent || input instanceof ScamContact;
        long time = timed ? input.eventTime().toEpochMilli() : HistoryRecord.NO_TIME;
        return new HistoryRecord(task(cursor, key), key, input, time, record.timestamp());
    }

    /**
     * The correlator of the record: that of its partition, or of its buyer if the topic is repartitioned.
     *
     * @param key under which the record is accepted
     */
    private int task(PartitionCursor cursor, byte[] key) {
        return cursor.moved ? placement.taskOf(key) : cursor.range.partition();
    }

    @Override
    public HistoryRecord next() throws InterruptedException {
        if (broken != null) {
            throw broken;
        }
        try {
            return oldest();
        } catch (KafkaException e) {
            // The record after the one to be returned could not be decoded: continuing would skip both.
            broken = unreadable(e);
            throw broken;
        }
    }

    private HistoryRecord oldest() throws InterruptedException {
        while (withoutHead > 0) {
            Batch batch = inbox.poll(POLL.toMillis(), TimeUnit.MILLISECONDS);
            if (batch == null) {
                if (failure != null) {
                    throw failure;
                }
                continue;
            }
            PartitionCursor cursor = batch.cursor;
            boolean known = cursor.hasHead();
            cursor.add(batch);
            if (!known && (cursor.hasHead() || cursor.ended)) {
                withoutHead--;
                if (cursor.hasHead()) {
                    heads.enqueue(cursor);
                }
            }
        }
        if (heads.isEmpty()) {
            return null;
        }
        PartitionCursor oldest = heads.first();
        HistoryRecord taken = oldest.take();
        if (oldest.hasHead()) {
            heads.changed();
        } else {
            heads.dequeue();
            withoutHead += oldest.ended ? 0 : 1;
        }
        return taken;
    }

    @Override
    public long done() {
        long done = 0;
        for (PartitionCursor cursor : cursors) {
            done += cursor.next - cursor.range.from();
        }
        return done;
    }

    @Override
    public long total() {
        return total;
    }

    @Override
    public void writePlace(DataOutputStream out) throws IOException {
        for (PartitionCursor cursor : cursors) {
            out.writeLong(cursor.next);
            out.writeLong(cursor.reachedByLast.time);
            out.writeBoolean(cursor.reachedByLast.live);
        }
    }

    @Override
    public void close() {
        closed = true;
        if (poller.isAlive()) {
            consumer.wakeup();
        }
        try {
            poller.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
