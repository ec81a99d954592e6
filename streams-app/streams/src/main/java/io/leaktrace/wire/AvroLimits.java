package io.leaktrace.wire;

import org.apache.avro.SystemLimitException;

/**
 * Limits of what Avro reads. It allocates memory for the size that a record announces before it reads the items: a few
 * invalid bytes would take gigabytes.
 */
final class AvroLimits {

    /** Maximum number of items in a list; accepted records have fewer. */
    private static final int MAX_ITEMS = 1 << 16;

    private static final int MAX_STRING_LENGTH = 1 << 20;

    private AvroLimits() {}

    /** Sets the limits, unless they are set already. Avro reads them once, before its first record. */
    static void set() {
        limit(SystemLimitException.MAX_COLLECTION_LENGTH_PROPERTY, MAX_ITEMS);
        limit(SystemLimitException.MAX_STRING_LENGTH_PROPERTY, MAX_STRING_LENGTH);
        limit(SystemLimitException.MAX_BYTES_LENGTH_PROPERTY, MAX_STRING_LENGTH);
    }

    private static void limit(String property, int most) {
        if (System.getProperty(property) == null) {
            System.setProperty(property, Integer.toString(most));
        }
    }
}
