package io.leaktrace.replay;

import com.fasterxml.jackson.databind.JsonNode;
import io.leaktrace.domain.TimeLimit;
import io.leaktrace.runtime.StartException;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.Map;

/** Input records from the past, in files or on topics. */
public interface History {

    /** How many partitions its buyers are spread over. */
    int partitions();

    /** Whether there is more to come behind its end, so that the epoch in which it ends is not complete. */
    boolean goesOn();

    /** How many records there are, at most. */
    long length();

    /** Lines that were no records and were left out before they could be one. */
    default long badLines() {
        return 0;
    }

    /** What is read, as a manifest has it. */
    Map<String, Object> described() throws IOException;

    /**
     * The same history, exactly as a manifest describes it.
     *
     * @param described what {@link #described()} gave once, among other things
     * @throws StartException if it is not there any more; the message says what is missing
     */
    History as(JsonNode described) throws IOException;

    /**
     * Begins to read.
     *
     * @param limit the latest event time that is accepted, where records have no time of their own to judge them by
     * @param place what {@link Reading#writePlace} has written, to go on from there; or null
     */
    Reading read(Selection selection, TimeLimit limit, DataInputStream place) throws IOException;

    /** Gives the records in one order, the same each time. */
    interface Reading extends AutoCloseable {

        /** The next record, or null at the end. */
        Arrival next() throws InterruptedException;

        /** How many places have been read, of {@link #total()}; those count too that hold nothing to take. */
        long done();

        long total();

        /** Writes where to go on behind the record that was given last. */
        void writePlace(DataOutputStream out) throws IOException;

        @Override
        void close();
    }
}
