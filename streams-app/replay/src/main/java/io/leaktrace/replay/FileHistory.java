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
import java.util.function.Consumer;
import org.apache.kafka.common.serialization.Deserializer;

/** Files of order events and scam contacts, in event-time order. They are read once and held in memory. */
public final class FileHistory implements History {

    private static final Topics TOPICS = new Topics("");

    /** What a manifest calls a mapping with its tables. */
    private static final String INPUT = "input";

    private final InputFiles files;
    private final Deserializer<DecodedInput> inputs;

    /** What a check found in these files, in the form of a manifest; empty without one. */
    private Map<String, Object> check = Map.of();

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
        files.orderEvents().sort();
        files.scamContacts().sort();
        return new FileHistory(files, wire);
    }

    /** Sets what a check found in these files, for the manifest. */
    public void setCheck(Map<String, Object> found) {
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
        return (long) files.orderEvents().size() + files.scamContacts().size();
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
                selection, limit, place == null ? 0 : place.readInt(), place == null ? 0 : place.readInt());
    }

    private final class FileReading implements Reading {
        private final Selection selection;
        private final TimeLimit limit;
        private final TimeSortedRecords orders = files.orderEvents();
        private final TimeSortedRecords contacts = files.scamContacts();
        private int nextOrder;
        private int nextContact;

        FileReading(Selection selection, TimeLimit limit, int nextOrder, int nextContact) {
            this.selection = selection;
            this.limit = limit;
            this.nextOrder = nextOrder;
            this.nextContact = nextContact;
        }

        @Override
        public HistoryRecord next() {
            while (nextOrder < orders.size() || nextContact < contacts.size()) {
                boolean order = nextContact == contacts.size()
                        || nextOrder < orders.size() && orders.time(nextOrder) <= contacts.time(nextContact);
                HistoryRecord arrival = order
                        ? arrival(TOPICS.orderEvents(), orders, nextOrder++)
                        : arrival(TOPICS.scamContacts(), contacts, nextContact++);
                if (arrival != null) {
                    return arrival;
                }
            }
            return null;
        }

        /** The record, or null if it is not selected. */
        private HistoryRecord arrival(String topic, TimeSortedRecords spool, int index) {
            byte[] key = spool.key(index);
            if (!selection.takesBuyer(key)) {
                return null;
            }
            DecodedInput input = inputs.deserialize(topic, spool.value(index));
            long time = spool.time(index);
            if (input.validate(key, limit).isPresent()) {
                return new HistoryRecord(0, key, input, HistoryRecord.NO_TIME, time);
            }
            return selection.takes(input.record(), Instant.ofEpochMilli(time))
                    ? new HistoryRecord(0, key, input, time, time)
                    : null;
        }

        @Override
        public long done() {
            return (long) nextOrder + nextContact;
        }

        @Override
        public long total() {
            return (long) orders.size() + contacts.size();
        }

        @Override
        public void writePlace(DataOutputStream out) throws IOException {
            out.writeInt(nextOrder);
            out.writeInt(nextContact);
        }

        @Override
        public void close() {
            // The records stay in memory for the next reading.
        }
    }
}
