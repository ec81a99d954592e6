package io.leaktrace.files;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import io.leaktrace.domain.BadRecordException;
import java.io.IOException;

/** Reader and writer of one type of record as a JSON object. */
interface JsonLinesRecord<T> {

    /**
     * Reads a record after its opening brace, including the closing brace.
     *
     * @throws BadRecordException if the object is JSON but not such a record
     */
    T read(JsonParser parser) throws IOException, BadRecordException;

    /** Writes a record with all its fields, in the contract's order, absent ones as null. */
    void write(T record, JsonGenerator generator) throws IOException;
}
