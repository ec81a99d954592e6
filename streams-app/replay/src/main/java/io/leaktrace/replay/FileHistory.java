package io.leaktrace.replay;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.leaktrace.domain.InputRecord;
import io.leaktrace.domain.TimeLimit;
import io.leaktrace.files.FileFingerprint;
import io.leaktrace.files.InputFiles;
import io.leaktrace.files.OrderedChunks;
import io.leaktrace.files.ProgressListener;
import io.leaktrace.files.TimeSortedRecords;
import io.leaktrace.runtime.StartException;
import io.leaktrace.topology.DecodedInput;
import io.leaktrace.topology.Topics;
import io.leaktrace.wire.WireFormat;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.apache.kafka.common.serialization.Deserializer;

/**
 * Files of order events and scam contacts, in event-time order. The files are read once; {@link InputFiles} keeps their
 * records.
 */
public final class FileHistory implements History {

    private static final Topics TOPICS = new Topics("");
    private static final String ORDER_EVENTS = TOPICS.orderEvents();
    private static final String SCAM_CONTACTS = TOPICS.scamContacts();

    /** What a manifest calls a mapping with its tables. */
    private static final String INPUT = "input";

    private final InputFiles files;
    private final Deserializer<DecodedInput> inputs;

    /** What a check found in these files, in the form of a manifest; empty without one. */
    private Map<String, Object> check = Map.of();

    /** The whole report of that check, as JSON; null without one. */
    private String checkReport;

    private FileHistory(InputFiles files, WireFormat wire) {
        this.files = files;
        this.inputs = DecodedInput.deserializer(wire.records(), TOPICS);
    }

    /** Reads the files. */
    public static FileHistory read(InputFiles files, ProgressListener listener) throws IOException {
        return read(files, record -> {}, listener);
    }

    /**
     * Reads the files.
     *
     * @param receiver receives each record as well
     */
    public static FileHistory read(InputFiles files, Consumer<InputRecord> receiver, ProgressListener listener)
            throws IOException {
        WireFormat wire = WireFormat.local();
        files.read(
                wire,
                ORDER_EVENTS,
                SCAM_CONTACTS,
                receiver,
                listener,
                done -> listener.onProgress("Reading", done, -1));
        return new FileHistory(files, wire);
    }

    /**
     * Sets what a check found in these files.
     *
     * @param found for the manifest
     * @param report as JSON, for {@code check.json}
     */
    public void setCheck(Map<String, Object> found, String report) {
        checkReport = report;
        // Keeps the order of entries, which are written as they come.
        check = Collections.unmodifiableMap(new LinkedHashMap<>(found));
    }

    /** Always 1: the number does not matter, because no record is late. */
    @Override
    public int partitions() {
        return 1;
    }

    @Override
    public boolean isOpenEnded() {
        return false;
    }

    @Override
    public long length() {
        return files.orderEvents().size() + files.scamContacts().size();
    }

    @Override
    public long badLines() {
        return files.bad();
    }

    @Override
    public Map<String, Object> described() {
        Map<String, Object> described = new LinkedHashMap<>();
        described.put("orders", described(files.orderContents()));
        described.put("contacts", described(files.contactContents()));
        if (!files.tablesDescribed().isEmpty()) {
            described.put(INPUT, files.tablesDescribed());
        }
        if (!check.isEmpty()) {
            described.put("check", check);
        }
        return described;
    }

    @Override
    public Optional<String> checkReport() {
        return Optional.ofNullable(checkReport);
    }

    private static List<Map<String, Object>> described(List<FileFingerprint> contents) {
        return contents.stream().map(FileFingerprint::described).toList();
    }

    @Override
    public History as(JsonNode other) {
        JsonNode own = new ObjectMapper().valueToTree(described());
        for (String kind : List.of("orders", "contacts")) {
            List<String> here = own.path(kind).findValuesAsText("sha256");
            List<String> there = other.path(kind).findValuesAsText("sha256");
            if (!here.equals(there)) {
                throw new StartException("these are not the files of that run: its " + kind + " were "
                        + other.path(kind).findValuesAsText("file") + " with SHA-256 " + there + ", but these have "
                        + here);
            }
        }
        JsonNode tables = own.path(INPUT);
        if (!tables.toString().equals(other.path(INPUT).toString())) {
            throw new StartException("this is not the input of that run: its mapping and tables were "
                    + other.path(INPUT) + ", but these are " + tables);
        }
        return this;
    }

    @Override
    public Reading read(Selection selection, TimeLimit limit, DataInputStream place) throws IOException {
        return new FileReading(
                selection, limit, place == null ? 0 : place.readLong(), place == null ? 0 : place.readLong());
    }

    private final class FileReading implements Reading {
        private final Selection selection;
        private final TimeLimit limit;
        private final OrderedChunks<Chunk, Chunk> chunks;
        private Chunk chunk = new Chunk();
        /** The index of the next record in the chunk. */
        private int at;

        private long ordersDone;
        private long contactsDone;

        /**
         * @param ordersDone number of order events that were read before
         * @param contactsDone number of contacts that were read before
         */
        FileReading(Selection selection, TimeLimit limit, long ordersDone, long contactsDone) {
            this.selection = selection;
            this.limit = limit;
            this.ordersDone = ordersDone;
            this.contactsDone = contactsDone;
            SortedRecords records = new SortedRecords(
                    files.orderEvents().cursor(),
                    ordersDone,
                    files.scamContacts().cursor(),
                    contactsDone);
            chunks = new OrderedChunks<>("replay-decode", files.threads(), records, () -> this::decode);
        }

        @Override
        public HistoryRecord next() throws InterruptedException {
            try {
                while (chunk != null) {
                    while (at < chunk.size) {
                        boolean order = chunk.orders[at];
                        ordersDone += order ? 1 : 0;
                        contactsDone += order ? 0 : 1;
                        HistoryRecord record = chunk.records[at++];
                        if (record != null) {
                            return record;
                        }
                    }
                    chunk = chunks.next();
                    at = 0;
                }
                return null;
            } catch (IOException e) {
                throw new UncheckedIOException(e.getMessage(), e);
            }
        }

        /** Decodes the records of a chunk; those that are not selected stay null. */
        private Chunk decode(Chunk read) {
            for (int i = 0; i < read.size; i++) {
                read.records[i] = decoded(read.orders[i], read.keys[i], read.values[i], read.times[i]);
            }
            read.keys = null;
            read.values = null;
            return read;
        }

        /** The record, or null if it is not selected. */
        private HistoryRecord decoded(boolean order, byte[] key, byte[] value, long time) {
            if (!selection.takesBuyer(key)) {
                return null;
            }
            DecodedInput input = inputs.deserialize(order ? ORDER_EVENTS : SCAM_CONTACTS, value);
            if (input.validate(key, limit).isPresent()) {
                return new HistoryRecord(0, key, null, HistoryRecord.NO_TIME, time);
            }
            return selection.takes(input.record(), Instant.ofEpochMilli(time))
                    ? new HistoryRecord(0, key, input.record(), time, time)
                    : null;
        }

        @Override
        public long done() {
            return ordersDone + contactsDone;
        }

        @Override
        public long total() {
            return length();
        }

        @Override
        public void writePlace(DataOutputStream out) throws IOException {
            out.writeLong(ordersDone);
            out.writeLong(contactsDone);
        }

        /** The records stay for the next reading. */
        @Override
        public void close() {
            try {
                chunks.close();
            } catch (IOException e) {
                throw new UncheckedIOException(e.getMessage(), e);
            }
        }
    }

    /** Consecutive records of both kinds. */
    private static final class Chunk {
        private static final int MAX_RECORDS = 512;

        /** Whether each record is an order event. */
        private final boolean[] orders = new boolean[MAX_RECORDS];

        private final long[] times = new long[MAX_RECORDS];
        private byte[][] keys = new byte[MAX_RECORDS][];
        private byte[][] values = new byte[MAX_RECORDS][];
        private final HistoryRecord[] records = new HistoryRecord[MAX_RECORDS];
        private int size;
    }

    /** The order events and the contacts, merged by time. */
    private static final class SortedRecords implements OrderedChunks.Source<Chunk> {
        private final TimeSortedRecords.Cursor orders;
        private final TimeSortedRecords.Cursor contacts;
        /** Whether each cursor is at a record, the next one. */
        private boolean hasOrder;

        private boolean hasContact;

        /**
         * @param ordersDone number of order events to skip
         * @param contactsDone number of contacts to skip
         */
        SortedRecords(
                TimeSortedRecords.Cursor orders,
                long ordersDone,
                TimeSortedRecords.Cursor contacts,
                long contactsDone) {
            this.orders = orders;
            this.contacts = contacts;
            hasOrder = advance(orders, ordersDone + 1);
            hasContact = advance(contacts, contactsDone + 1);
        }

        private static boolean advance(TimeSortedRecords.Cursor cursor, long count) {
            for (long i = 0; i < count; i++) {
                if (!cursor.advance()) {
                    return false;
                }
            }
            return true;
        }

        @Override
        public Chunk next() {
            Chunk chunk = new Chunk();
            while (chunk.size < Chunk.MAX_RECORDS && (hasOrder || hasContact)) {
                boolean order = !hasContact || hasOrder && orders.time() <= contacts.time();
                TimeSortedRecords.Cursor next = order ? orders : contacts;
                chunk.orders[chunk.size] = order;
                chunk.times[chunk.size] = next.time();
                chunk.keys[chunk.size] = next.key();
                chunk.values[chunk.size] = next.value();
                chunk.size++;
                if (order) {
                    hasOrder = orders.advance();
                } else {
                    hasContact = contacts.advance();
                }
            }
            return chunk.size == 0 ? null : chunk;
        }
    }
}
