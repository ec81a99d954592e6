package io.leaktrace.wire;

import org.apache.avro.AvroRuntimeException;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericData;

/**
 * Makes the records, arrays and maps of which a generic record consists, up to a number of them: of records within
 * records, a byte can stand for hundreds. Not safe for use by several threads.
 */
final class BoundedData extends GenericData {

    /** Number of records with their fields, arrays and maps in a record; an order event has some 770 at most. */
    private static final int MOST_PARTS = 1 << 17;

    /** Arrays that turn out to be longer grow. Nested ones could claim memory for all that an array may have. */
    private static final int FIRST_ROOM = 16;

    private int parts;

    BoundedData() {
        // The fast reader would look up Java classes.
        setFastReaderEnabled(false);
    }

    /** Begins another record. */
    void restart() {
        parts = 0;
    }

    private void count(int more) {
        parts += more;
        if (parts > MOST_PARTS) {
            throw new AvroRuntimeException("it has more than " + MOST_PARTS + " parts");
        }
    }

    @Override
    public Object newRecord(Object old, Schema schema) {
        count(1 + schema.getFields().size());
        return super.newRecord(old, schema);
    }

    @Override
    public Object newArray(Object old, int size, Schema schema) {
        count(1);
        return super.newArray(old, Math.min(size, FIRST_ROOM), schema);
    }

    @Override
    public Object newMap(Object old, int size) {
        count(1);
        return super.newMap(old, Math.min(size, FIRST_ROOM));
    }
}
