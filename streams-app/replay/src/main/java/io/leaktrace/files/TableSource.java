package io.leaktrace.files;

import io.leaktrace.domain.OrderEvent;
import io.leaktrace.domain.ScamContact;
import io.leaktrace.privacy.Pseudonyms;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/** Order events and scam contacts from tables, which a mapping describes. */
public interface TableSource {

    /**
     * Checks that the mapping is readable and well-formed, without reading a table.
     *
     * @throws IOException if it is not; the message says which, and what to do
     */
    void requireReadable() throws IOException;

    /**
     * Reads all tables. A row that is no record, or whose steps throw an {@link InvalidRecordException}, is reported and
     * left out.
     *
     * @param pseudonyms replace buyers and callers before the records are passed on
     * @param threads number of threads that read
     * @throws IOException if a table cannot be read at all
     */
    void read(
            Pseudonyms pseudonyms,
            int threads,
            RecordSteps<OrderEvent, ?> events,
            RecordSteps<ScamContact, ?> contacts,
            BadLineListener badLines)
            throws IOException;

    /** Reads all tables as the other method, and passes on all records in the calling thread. */
    default void read(
            Pseudonyms pseudonyms,
            Consumer<OrderEvent> events,
            Consumer<ScamContact> contacts,
            BadLineListener badLines)
            throws IOException {
        read(pseudonyms, InputFiles.ALL_CORES, RecordSteps.inOrder(events), RecordSteps.inOrder(contacts), badLines);
    }

    /** Number of order events that were read. */
    long ordersRead();

    /** The mapping and its tables as a manifest contains them; complete after reading. */
    Map<String, Object> described();

    /** Sentences about what was assumed, for example about times without an offset; complete after reading. */
    List<String> notes();

    /** Problems of whole statements, one sentence each; complete after reading. */
    List<String> shortcomings();
}
