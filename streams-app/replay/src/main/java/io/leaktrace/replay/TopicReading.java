package io.leaktrace.replay;

import io.leaktrace.domain.EventTime;
import io.leaktrace.domain.InputRecord;
import io.leaktrace.domain.OrderEvent;
import io.leaktrace.domain.ScamContact;
import io.leaktrace.domain.TimeLimit;
import io.leaktrace.files.OrderedChunks;
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
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.FutureTask;
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
 * <p>One thread polls. The thread that calls {@link #next} decodes what no other has begun to decode: fetching decoded
 * records from the caches of another core takes about as long as decoding them, so others help only if there are more
 * than two.
 */
final class TopicReading implements History.Reading {

    /** Maximum number of queued records of all partitions; a large record counts as several. */
    private static final int MAX_QUEUED = 40_000;

    private static final int MIN_QUEUED_PER_PARTITION = 1_000;

    /** Few, so that decoded records of all partitions are still in the processor's cache when they are merged. */
    private static final int BATCH_RECORDS = 64;

    private static final int USUAL_BYTES = 2_048;
    /** In milliseconds. Records sent no later than this after their event time count as live. */
    private static final long LIVE_WITHIN = EventTime.HOUR;
    /** In milliseconds. A record time further ahead is ignored: the whole partition would wait for it. */
    private static final long MAX_AHEAD = EventTime.DAY;

    private static final Duration POLL = Duration.ofMillis(200);
    private static final Duration POLL_WHILE_PAUSED = Duration.ofMillis(10);

    /** A registry may not answer for longer; its threads then end with the process. */
    private static final long CLOSE_SECONDS = 10;

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
    /** Decode the next batch of each partition; null if only the thread that calls {@link #next} does. */
    private final ExecutorService decoders;

    private volatile RuntimeException failure;
    private volatile boolean closed;
    /** The failure after which no more records are returned, or null. */
    private StartException broken;
    /** Number of unfinished partitions without a queued record; while it is not 0, the oldest record is not known. */
    private int withoutHead;

    /**
     * Consecutive records of a partition.
     *
     * @param weight number of records, a large one counts as several
     * @param next offset after the batch
     * @param last whether it is the last batch of the partition
     * @param decoded the records once they have been decoded
     */
    private record Batch(PartitionCursor cursor, int weight, long next, boolean last, FutureTask<Decoded> decoded) {}

    /** Decoded records of a batch. */
    private static final class Decoded {
        final long[] offsets;
        /** Null for a record that is not selected. */
        final HistoryRecord[] records;
        /** Number of decoded records, before the first that failed. */
        int size;
        /** Null if all could be decoded. */
        RuntimeException failure;

        Decoded(int size) {
            offsets = new long[size];
            records = new HistoryRecord[size];
        }
    }

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
        /** Whether buyers are known once the records have been mapped. */
        final boolean mapped;

        final boolean verdicts;
        /** Whether records are accepted by the correlator of their buyer, not of this partition. */
        final boolean moved;

        // Used by the thread that calls next().
        /** Batches after the current one. */
        final ArrayDeque<Batch> batches = new ArrayDeque<>();

        Batch batch;
        /** The records of the current batch; null if it has been read. */
        Decoded records;

        int at;
        /** The next record; null if none is queued. */
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
            mapped = settings.sourceTopics().contains(range.topic());
            verdicts = range.topic().equals(settings.topics().leakVerdicts());
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

        void add(Batch polled) throws InterruptedException {
            batches.add(polled);
            if (batches.size() == 1) {
                decodeAhead(polled);
            }
            if (head == null) {
                advance();
            }
        }

        /** Moves to the next selected record, if one is queued. */
        private void advance() throws InterruptedException {
            head = null;
            while (head == null && (records != null || nextBatch())) {
                if (at < records.size) {
                    next = records.offsets[at];
                    head = records.records[at++];
                } else if (records.failure != null) {
                    throw records.failure;
                } else {
                    next = batch.next;
                    ended = batch.last;
                    records = null;
                }
            }
            if (head != null) {
                reached = reached.with(head);
            }
        }

        private boolean nextBatch() throws InterruptedException {
            batch = batches.poll();
            if (batch == null) {
                return false;
            }
            queued.addAndGet(-batch.weight);
            records = decoded(batch);
            at = 0;
            if (!batches.isEmpty()) {
                decodeAhead(batches.peek());
            }
            return true;
        }

        HistoryRecord take() throws InterruptedException {
            HistoryRecord taken = head;
            reachedByLast = reached;
            advance();
            return taken;
        }
    }

    /**
     * @param place of a reading that is resumed, or null
     * @param threads number of threads: one polls, one calls {@link #next}, and the others decode
     */
    TopicReading(
            Settings settings,
            Consumer<byte[], byte[]> consumer,
            List<TopicRange> ranges,
            InputPlacement placement,
            Selection selection,
            TimeLimit limit,
            DataInputStream place,
            int threads)
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
        decoders = threads <= 2 ? null : OrderedChunks.workers("replay-decode", threads - 2);
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
        for (int from = 0; from < selected.size(); from += BATCH_RECORDS) {
            int to = Math.min(from + BATCH_RECORDS, selected.size());
            add(
                    cursor,
                    selected.subList(from, to),
                    to < selected.size() ? selected.get(to).offset() : position);
        }
        if (selected.isEmpty()) {
            endIfRead(cursor, position);
        }
    }

    private void add(PartitionCursor cursor, List<ConsumerRecord<byte[], byte[]>> records, long next) {
        int weight = 0;
        for (ConsumerRecord<byte[], byte[]> record : records) {
            weight += weight(record);
        }
        cursor.queued.addAndGet(weight);
        cursor.polledToEnd = next == cursor.range.to();
        inbox.add(new Batch(cursor, weight, next, cursor.polledToEnd, new FutureTask<>(() -> decode(cursor, records))));
    }

    /** The number of records of usual size that a record counts as. */
    private static int weight(ConsumerRecord<byte[], byte[]> record) {
        return 1 + (record.value() == null ? 0 : record.value().length / USUAL_BYTES);
    }

    private void endIfRead(PartitionCursor cursor, long position) {
        if (position >= cursor.range.to()) {
            add(cursor, List.of(), cursor.range.to());
        }
    }

    // Methods of the threads that decode.

    private Decoded decode(PartitionCursor cursor, List<ConsumerRecord<byte[], byte[]>> records) {
        Decoded decoded = new Decoded(records.size());
        try {
            for (ConsumerRecord<byte[], byte[]> record : records) {
                decoded.offsets[decoded.size] = record.offset();
                decoded.records[decoded.size] = decoded(cursor, record);
                decoded.size++;
            }
        } catch (RuntimeException e) {
            // Only when the record is next: those before it are good.
            decoded.failure = e;
        }
        return decoded;
    }

    /** The record; null if it is not selected. */
    private HistoryRecord decoded(PartitionCursor cursor, ConsumerRecord<byte[], byte[]> record) {
        Optional<KeyedInput> read = inputs.read(record.topic(), record.headers(), record.key(), record.value());
        if (read.isEmpty()) {
            return null;
        }
        byte[] key = read.get().key();
        // By the record's time on the topic, as in the running pipeline, not by the current time.
        boolean rejected = read.get().validate(limit.at(record.timestamp())).isPresent();
        InputRecord input = rejected ? null : read.get().input().record();
        if (cursor.mapped && !rejected && !selection.takesBuyer(key)) {
            return null;
        }
        if (!rejected && !selection.takes(input, input.eventTime())) {
            return null;
        }
        boolean timed = cursor.verdicts || input instanceof OrderEvent || input instanceof ScamContact;
        long time = timed && !rejected ? input.eventTime().toEpochMilli() : HistoryRecord.NO_TIME;
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

    // Methods of the thread that calls next().

    private void decodeAhead(Batch batch) {
        if (decoders != null) {
            decoders.execute(batch.decoded);
        }
    }

    private static Decoded decoded(Batch batch) throws InterruptedException {
        // Does nothing if another thread has begun it.
        batch.decoded.run();
        try {
            return batch.decoded.get();
        } catch (ExecutionException e) {
            if (e.getCause() instanceof Error error) {
                throw error;
            }
            throw new IllegalStateException(e.getCause());
        }
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
        Batch batch = inbox.poll();
        while (batch != null || withoutHead > 0) {
            if (batch == null) {
                batch = inbox.poll(POLL.toMillis(), TimeUnit.MILLISECONDS);
            }
            if (batch != null) {
                add(batch);
            } else if (failure != null) {
                throw failure;
            }
            batch = inbox.poll();
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

    private void add(Batch batch) throws InterruptedException {
        PartitionCursor cursor = batch.cursor;
        boolean known = cursor.hasHead();
        cursor.add(batch);
        if (!known && cursor.hasHead()) {
            heads.enqueue(cursor);
        }
        withoutHead -= !known && (cursor.hasHead() || cursor.ended) ? 1 : 0;
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
            if (decoders != null) {
                decoders.shutdownNow();
                decoders.awaitTermination(CLOSE_SECONDS, TimeUnit.SECONDS);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
