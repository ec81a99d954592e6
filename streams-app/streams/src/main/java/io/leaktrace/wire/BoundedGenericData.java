package io.leaktrace.wire;

import org.apache.avro.AvroRuntimeException;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericData;

/**
 * Avro's generic data model with a limit on the number of objects in one record: with nested records, one byte of input
 * can create hundreds of objects. Not safe for use by several threads.
 */
final class BoundedGenericData extends GenericData {

    /** Maximum number of records, fields, arrays and maps in one record; an order event has at most about 770. */
    private static final int MAX_OBJECTS = 1 << 17;

    /**
     * Maximum initial capacity of an array or map, which grows on demand. With the size that the input announces,
     * nested arrays could claim all memory.
     */
    private static final int MAX_INITIAL_CAPACITY = 16;

    private int objects;

    BoundedGenericData() {
        // The fast reader would look up Java classes.
        setFastReaderEnabled(false);
    }

    /** Resets the count; to be called before each record. */
    void restart() {
        objects = 0;
    }

    private void count(int more) {
        objects += more;
        if (objects > MAX_OBJECTS) {
            throw new AvroRuntimeException("it has more than " + MAX_OBJECTS + " parts");
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
        return super.newArray(old, Math.min(size, MAX_INITIAL_CAPACITY), schema);
    }

    @Override
    public Object newMap(Object old, int size) {
        count(1);
        return super.newMap(old, Math.min(size, MAX_INITIAL_CAPACITY));
    }
}
