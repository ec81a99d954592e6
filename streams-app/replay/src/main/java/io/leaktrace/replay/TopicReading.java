package io.leaktrace.replay;

import io.leaktrace.domain.EventTime;
import io.leaktrace.domain.OrderEvent;
import io.leaktrace.domain.ScamContact;
import io.leaktrace.domain.TimeLimit;
import io.leaktrace.runtime.Settings;
import io.leaktrace.runtime.StartException;
import io.leaktrace.topology.Input;
import io.leaktrace.topology.InputPlacement;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.PriorityQueue;
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
import org.apache.kafka.common.serialization.Deserializer;

/**
 * Reads partitions in one order: of what stands at their heads, always the oldest. A record that came late goes by the
 * time that its partition had reached by then, so that it comes as late as it did when it came; or by the time at which
 * it was sent, where records are sent soon after they happen, which tells more in a topic that has few of them.
 *
 * <p>One thread polls; the one that takes decodes too, since what was decoded in another core's caches takes longer to
 * fetch from there than to decode.
 */
final class TopicReading implements History.Reading {

    /** Records that are polled and wait to be taken, at most, over all partitions; a large one counts as several. */
    private static final int IN_HAND = 40_000;

    private static final int LEAST_IN_HAND = 1_000;
    private static final int USUAL_BYTES = 2_048;
    /** Who sends records no later than this after they happen sends them live. */
    private static final long LIVE_WITHIN = EventTime.HOUR;
    /** A clock that is further ahead is not believed: all of the partition would wait for that time. */
    private static final long FURTHEST_AHEAD = EventTime.DAY;

    private static final Duration POLL = Duration.ofMillis(200);
    private static final Duration POLL_WHILE_SOME_WAIT = Duration.ofMillis(10);

    private final Settings settings;
    private final Consumer<byte[], byte[]> consumer;
    private final Deserializer<Input> inputs;
    private final InputPlacement placement;
    private final Selection selection;
    private final TimeLimit limit;
    private final List<Line> lines = new ArrayList<>();
    private final long total;

    private final LinkedBlockingQueue<Batch> inbox = new LinkedBlockingQueue<>();
    private final PriorityQueue<Line> heads = new PriorityQueue<>();
    private final Thread poller;
    private volatile RuntimeException failure;
    private volatile boolean closed;
    /** Why nothing can be taken any more, if so. */
    private StartException broken;
    /** Lines that go on but have nothing in hand: nobody knows whose turn it is. */
    private int unknown;

    /**
     * What was polled of a partition.
     *
     * @param records of selected buyers
     * @param next offset behind it
     * @param last whether nothing follows
     */
    private record Batch(Line line, List<ConsumerRecord<byte[], byte[]>> records, long next, boolean last) {}

    /**
     * How far time has come in a partition.
     *
     * @param live whether its latest record was sent as it happened
     */
    private record Reached(long time, boolean live) {

        Reached with(Arrival arrival) {
            if (arrival.time() == Arrival.NO_TIME) {
                return this;
            }
            if (arrival.time() >= time) {
                return new Reached(arrival.time(), Math.abs(arrival.sentAt() - arrival.time()) <= LIVE_WITHIN);
            }
            boolean believed = live && arrival.sentAt() > time && arrival.sentAt() - time <= FURTHEST_AHEAD;
            return believed ? new Reached(arrival.sentAt(), true) : this;
        }
    }

    /** A partition: where its reading begins and ends, and what of it is in hand. */
    private final class Line implements Comparable<Line> {
        final int index;
        final TopicRange range;

        // Of the thread that takes.
        final ArrayDeque<Batch> batches = new ArrayDeque<>();
        int at;
        /** What stands next, decoded; null if nothing is in hand. */
        Arrival head;
        /** How far time has come with the head, and with what was taken last. */
        Reached reached;

        Reached reachedByTaken;
        long next;
        boolean over;

        // Of the thread that polls.
        boolean polledToEnd;
        boolean paused;

        final AtomicInteger inHand = new AtomicInteger();

        Line(int index, TopicRange range, long next, Reached reached) {
            this.index = index;
            this.range = range;
            this.next = next;
            this.reached = reached;
            this.reachedByTaken = reached;
        }

        @Override
        public int compareTo(Line other) {
            int byTime = Long.compare(reached.time, other.reached.time);
            return byTime != 0 ? byTime : Integer.compare(index, other.index);
        }

        boolean hasHead() {
            return head != null;
        }

        void add(Batch batch) {
            batches.add(batch);
            if (head == null) {
                goOn();
            }
        }

        /** Goes to the next record that is selected, as far as there are any in hand. */
        private void goOn() {
            head = null;
            while (head == null && !batches.isEmpty()) {
                Batch batch = batches.peek();
                if (at == batch.records.size()) {
                    next = batch.next;
                    over = batch.last;
                    at = 0;
                    batches.poll();
                } else {
                    ConsumerRecord<byte[], byte[]> record = batch.records.get(at++);
                    inHand.addAndGet(-weight(record));
                    next = record.offset();
                    head = arrival(record).orElse(null);
                }
            }
            if (head != null) {
                reached = reached.with(head);
            }
        }

        Arrival take() {
            Arrival taken = head;
            reachedByTaken = reached;
            goOn();
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
        this.settings = settings;
        this.consumer = consumer;
        this.inputs = Input.deserializer(settings.wire().records(), settings.topics());
        this.placement = placement;
        this.selection = selection;
        this.limit = limit;
        this.total = ranges.stream().mapToLong(TopicRange::length).sum();
        for (TopicRange range : ranges) {
            long next = place == null ? range.from() : place.readLong();
            Reached reached = place == null
                    ? new Reached(Arrival.NO_TIME, false)
                    : new Reached(place.readLong(), place.readBoolean());
            lines.add(new Line(lines.size(), range, next, reached));
        }
        consumer.assign(ranges.stream().map(TopicRange::topicPartition).toList());
        lines.forEach(line -> consumer.seek(line.range.topicPartition(), line.next));
        unknown = lines.size();
        poller = new Thread(this::poll, "replay-poll");
        poller.setDaemon(true);
        poller.start();
    }

    // The thread that polls.

    private void poll() {
        try (consumer) {
            lines.forEach(line -> endIfRead(line, line.next));
            while (!closed && lines.stream().anyMatch(line -> !line.polledToEnd)) {
                boolean someWait = pauseAndResume();
                ConsumerRecords<byte[], byte[]> polled = consumer.poll(someWait ? POLL_WHILE_SOME_WAIT : POLL);
                for (Line line : lines) {
                    if (!line.polledToEnd) {
                        hand(line, polled.records(line.range.topicPartition()));
                    }
                }
            }
        } catch (WakeupException e) {
            // Nobody wants more.
        } catch (OffsetOutOfRangeException e) {
            failure = new StartException(
                    "records were deleted while they were waiting to be read, by the topic's retention: "
                            + e.offsetOutOfRangePartitions().keySet(),
                    e);
        } catch (KafkaException e) {
            failure = unreadable(e);
        } catch (RuntimeException e) {
            failure = e;
        } catch (Throwable e) {
            // Nobody else would hear of it in this thread, and who takes would wait for ever.
            failure = new IllegalStateException("the topics cannot be read on: " + e, e);
        }
    }

    private static StartException unreadable(KafkaException e) {
        return new StartException(
                "the topics cannot be read on: " + e.getMessage() + "; started again, it goes on where it was", e);
    }

    private boolean pauseAndResume() {
        int most = Math.max(LEAST_IN_HAND, IN_HAND / lines.size());
        boolean someWait = false;
        for (Line line : lines) {
            TopicPartition partition = line.range.topicPartition();
            boolean pause = line.polledToEnd || line.inHand.get() >= (line.paused ? most / 2 : most);
            if (pause && !line.paused) {
                consumer.pause(List.of(partition));
            } else if (!pause && line.paused) {
                consumer.resume(List.of(partition));
            }
            line.paused = pause;
            someWait |= pause && !line.polledToEnd;
        }
        return someWait;
    }

    private void hand(Line line, List<ConsumerRecord<byte[], byte[]>> records) {
        boolean verdicts = line.range.topic().equals(settings.topics().leakVerdicts());
        List<ConsumerRecord<byte[], byte[]>> selected = new ArrayList<>(records.size());
        for (ConsumerRecord<byte[], byte[]> record : records) {
            if (record.offset() < line.range.to() && (verdicts || selection.takesBuyer(record.key()))) {
                selected.add(record);
            }
        }
        long position = Math.min(consumer.position(line.range.topicPartition()), line.range.to());
        if (!selected.isEmpty()) {
            line.inHand.addAndGet(
                    selected.stream().mapToInt(TopicReading::weight).sum());
            inbox.add(new Batch(line, selected, position, position == line.range.to()));
            line.polledToEnd = position == line.range.to();
        } else {
            endIfRead(line, position);
        }
    }

    /** The number of records of usual size that a record counts as. */
    private static int weight(ConsumerRecord<byte[], byte[]> record) {
        return 1 + (record.value() == null ? 0 : record.value().length / USUAL_BYTES);
    }

    private void endIfRead(Line line, long position) {
        if (position >= line.range.to()) {
            line.polledToEnd = true;
            inbox.add(new Batch(line, List.of(), line.range.to(), true));
        }
    }

    // The thread that takes.

    /** The record, or nothing if it is not selected. */
    private Optional<Arrival> arrival(ConsumerRecord<byte[], byte[]> record) {
        boolean verdict = record.topic().equals(settings.topics().leakVerdicts());
        Input input = inputs.deserialize(record.topic(), record.headers(), record.value());
        // As the running pipeline did: by the record's own time, whatever the time is now.
        boolean refused =
                input.validate(record.key(), limit.at(record.timestamp())).isPresent();
        if (!refused && !selection.takes(input.record(), input.eventTime().orElseThrow())) {
            return Optional.empty();
        }
        boolean timed =
                !refused && (verdict || input.record() instanceof OrderEvent || input.record() instanceof ScamContact);
        long time = timed ? input.eventTime().orElseThrow().toEpochMilli() : Arrival.NO_TIME;
        return Optional.of(new Arrival(task(record), record.key(), input, time, record.timestamp()));
    }

    /** Whose correlator takes the record: that of its partition, or of its buyer where the topic is repartitioned. */
    private int task(ConsumerRecord<byte[], byte[]> record) {
        boolean moved = placement.movesOrders()
                        && record.topic().equals(settings.topics().orderEvents())
                || placement.movesContacts()
                        && record.topic().equals(settings.topics().scamContacts());
        return moved ? placement.taskOf(record.key()) : record.partition();
    }

    @Override
    public Arrival next() throws InterruptedException {
        if (broken != null) {
            throw broken;
        }
        try {
            return oldest();
        } catch (KafkaException e) {
            // The record behind the one to be given could not be decoded: going on would pass over both.
            broken = unreadable(e);
            throw broken;
        }
    }

    private Arrival oldest() throws InterruptedException {
        while (unknown > 0) {
            Batch batch = inbox.poll(POLL.toMillis(), TimeUnit.MILLISECONDS);
            if (batch == null) {
                if (failure != null) {
                    throw failure;
                }
                continue;
            }
            Line line = batch.line;
            boolean known = line.hasHead();
            line.add(batch);
            if (!known && (line.hasHead() || line.over)) {
                unknown--;
                if (line.hasHead()) {
                    heads.add(line);
                }
            }
        }
        Line oldest = heads.poll();
        if (oldest == null) {
            return null;
        }
        Arrival taken = oldest.take();
        if (oldest.hasHead()) {
            heads.add(oldest);
        } else if (!oldest.over) {
            unknown++;
        }
        return taken;
    }

    @Override
    public long done() {
        long done = 0;
        for (Line line : lines) {
            done += line.next - line.range.from();
        }
        return done;
    }

    @Override
    public long total() {
        return total;
    }

    @Override
    public void writePlace(DataOutputStream out) throws IOException {
        for (Line line : lines) {
            out.writeLong(line.next);
            out.writeLong(line.reachedByTaken.time);
            out.writeBoolean(line.reachedByTaken.live);
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
