package io.leaktrace.replay;

import com.fasterxml.jackson.databind.JsonNode;
import io.leaktrace.domain.TimeLimit;
import io.leaktrace.runtime.StartException;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.Map;
import java.util.Optional;

/** Input records from the past, in files or on topics. */
public interface History {

    /** Number of partitions of its buyers. */
    int partitions();

    /** Whether more records may follow its end, so that its last epoch is incomplete. */
    boolean isOpenEnded();

    /** Maximum number of records. */
    long length();

    /** Number of lines that could not be read as records and were left out. */
    default long badLines() {
        return 0;
    }

    /** The input, in the form in which a manifest contains it. */
    Map<String, Object> described() throws IOException;

    /** The report of a check of this input, as JSON for {@code check.json}; empty if it was not checked. */
    default Optional<String> checkReport() {
        return Optional.empty();
    }

    /**
     * This history, limited to the input that a manifest describes.
     *
     * @param described a manifest with the fields of {@link #described()}
     * @throws StartException if some of that input does not exist any more; the message says which
     */
    History as(JsonNode described) throws IOException;

    /**
     * Starts to read.
     *
     * @param limit the latest event time that is accepted, for records without a record time
     * @param place output of {@link Reading#writePlace}, to resume from there; or null
     */
    Reading read(Selection selection, TimeLimit limit, DataInputStream place) throws IOException;

    /** Iterates over the records in a deterministic order. */
    interface Reading extends AutoCloseable {

        /** The next record, or null at the end. */
        HistoryRecord next() throws InterruptedException;

        /** Number of positions read, of {@link #total()}; positions without a selected record count too. */
        long done();

        long total();

        /** Writes the position after the record that was returned last. */
        void writePlace(DataOutputStream out) throws IOException;

        @Override
        void close();
    }
}
