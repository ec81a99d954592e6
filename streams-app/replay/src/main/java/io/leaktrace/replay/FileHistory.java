package io.leaktrace.replay;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.leaktrace.domain.InputRecord;
import io.leaktrace.domain.TimeLimit;
import io.leaktrace.files.FileFingerprint;
import io.leaktrace.files.InputFiles;
import io.leaktrace.files.ProgressListener;
import io.leaktrace.files.TimeSortedRecords;
import io.leaktrace.runtime.StartException;
import io.leaktrace.topology.DecodedInput;
import io.leaktrace.topology.Topics;
import io.leaktrace.wire.WireFormat;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
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
                TOPICS.orderEvents(),
                TOPICS.scamContacts(),
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
        private final Source orders = new Source(TOPICS.orderEvents(), files.orderEvents());
        private final Source contacts = new Source(TOPICS.scamContacts(), files.scamContacts());

        /**
         * @param ordersDone number of order events that were read before
         * @param contactsDone number of contacts that were read before
         */
        FileReading(Selection selection, TimeLimit limit, long ordersDone, long contactsDone) {
            this.selection = selection;
            this.limit = limit;
            orders.skip(ordersDone);
            contacts.skip(contactsDone);
        }

        @Override
        public HistoryRecord next() {
            while (orders.hasNext || contacts.hasNext) {
                boolean order = !contacts.hasNext || orders.hasNext && orders.records.time() <= contacts.records.time();
                Source source = order ? orders : contacts;
                HistoryRecord arrival = arrival(source);
                source.skip(1);
                if (arrival != null) {
                    return arrival;
                }
            }
            return null;
        }

        /** The next record of the source, or null if it is not selected. */
        private HistoryRecord arrival(Source source) {
            byte[] key = source.records.key();
            if (!selection.takesBuyer(key)) {
                return null;
            }
            DecodedInput input = inputs.deserialize(source.topic, source.records.value());
            long time = source.records.time();
            if (input.validate(key, limit).isPresent()) {
                return new HistoryRecord(0, key, input, HistoryRecord.NO_TIME, time);
            }
            return selection.takes(input.record(), Instant.ofEpochMilli(time))
                    ? new HistoryRecord(0, key, input, time, time)
                    : null;
        }

        @Override
        public long done() {
            return orders.done + contacts.done;
        }

        @Override
        public long total() {
            return length();
        }

        @Override
        public void writePlace(DataOutputStream out) throws IOException {
            out.writeLong(orders.done);
            out.writeLong(contacts.done);
        }

        @Override
        public void close() {
            // The records stay for the next reading.
        }
    }

    /** Records of one kind, and the place in them. */
    private static final class Source {
        private final String topic;
        private final TimeSortedRecords.Cursor records;
        /** Whether the cursor is at a record, the next one. */
        private boolean hasNext;

        private long done;

        Source(String topic, TimeSortedRecords sorted) {
            this.topic = topic;
            records = sorted.cursor();
            hasNext = records.advance();
        }

        void skip(long count) {
            for (long i = 0; i < count && hasNext; i++) {
                hasNext = records.advance();
                done++;
            }
        }
    }
}
