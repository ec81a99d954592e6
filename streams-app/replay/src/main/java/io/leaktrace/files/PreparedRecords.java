package io.leaktrace.files;

import it.unimi.dsi.fastutil.ints.IntArrayList;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * The records of a chunk of lines or rows, prepared in any thread to be delivered in the calling thread; and those that
 * are left out.
 *
 * @param <R> prepared record
 */
public final class PreparedRecords<R> {

    /** Receiver of lines or rows that are left out. */
    @FunctionalInterface
    public interface BadRecords {

        /** @param number in the chunk */
        void bad(int number, String reason);
    }

    // One element of each for every record, and for every line or row that is left out: then the record is null.
    private final IntArrayList numbers = new IntArrayList();
    private final List<R> records = new ArrayList<>();
    /** Null for a record. */
    private final List<String> reasons = new ArrayList<>();

    /** Adds a record. */
    public void add(int number, R record) {
        numbers.add(number);
        records.add(record);
        reasons.add(null);
    }

    /** Adds a line or row that is left out. */
    public void addBad(int number, String reason) {
        numbers.add(number);
        records.add(null);
        reasons.add(reason);
    }

    /**
     * Passes everything on in the order of adding.
     *
     * @param receiver of records; may throw an {@link InvalidRecordException}: then the record is left out too
     */
    public void deliver(Consumer<? super R> receiver, BadRecords bad) {
        for (int i = 0; i < records.size(); i++) {
            String reason = reasons.get(i);
            if (reason == null) {
                try {
                    receiver.accept(records.get(i));
                } catch (InvalidRecordException e) {
                    reason = e.getMessage();
                }
            }
            if (reason != null) {
                bad.bad(numbers.getInt(i), reason);
            }
        }
    }
}
