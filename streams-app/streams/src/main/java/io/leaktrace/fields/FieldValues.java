package io.leaktrace.fields;

import com.fasterxml.jackson.databind.JsonNode;
import io.leaktrace.domain.BadRecordException;
import java.util.ArrayList;
import java.util.List;

/**
 * The values that a mapping gives to the fields of one record: of a row of a table, or of a record of a topic. Fields
 * are named in snake_case, as in {@code buyer_id}.
 *
 * @param <E> what reading a value may throw besides {@link BadRecordException}
 */
public interface FieldValues<E extends Exception> {

    /** Separators of a list that is written as text, as a regular expression. */
    String SEPARATORS = "[,，;；、|]";

    /** Reads a part of a record. */
    interface Part<E extends Exception> {
        void read() throws E, BadRecordException;
    }

    /** Returns whether the mapping names this field. */
    boolean has(String field);

    /** Returns a value as text without surrounding blanks; null if it is missing or blank. */
    String text(String field) throws E, BadRecordException;

    /** Returns a value in one of the forms that {@link TimeReader#read} accepts; null if it is missing or blank. */
    Object timeValue(String field) throws E, BadRecordException;

    /**
     * Returns the elements of a list, without those that are missing or blank; a single value is a list of one.
     *
     * @param separated whether a text is a list with commas
     */
    List<JsonNode> list(String field, boolean separated) throws E, BadRecordException;

    /** Returns a record within the record; null if it is missing. */
    JsonNode struct(String field) throws E, BadRecordException;

    /** Returns the exception for a field without a value. */
    default BadRecordException missing(String field) {
        return new BadRecordException(field, "'" + field + "' is missing");
    }

    /**
     * Returns a value as text.
     *
     * @throws BadRecordException if it is missing or blank
     */
    default String required(String field) throws E, BadRecordException {
        String text = text(field);
        if (text == null) {
            throw missing(field);
        }
        return text;
    }

    /** Returns a value as time; null if it is missing. */
    default TimeReader.Span time(String field, TimeReader times) throws E, BadRecordException {
        Object value = timeValue(field);
        return value == null ? null : times.read(value, field);
    }

    /**
     * Returns a value as time.
     *
     * @throws BadRecordException if it is missing
     */
    default TimeReader.Span requiredTime(String field, TimeReader times) throws E, BadRecordException {
        TimeReader.Span at = time(field, times);
        if (at == null) {
            throw missing(field);
        }
        return at;
    }

    /** Returns what is wrong with the parts of a record, in their order; empty if all can be read. */
    static <E extends Exception> List<BadRecordException> problems(List<Part<E>> parts) throws E {
        List<BadRecordException> problems = new ArrayList<>();
        for (Part<E> part : parts) {
            try {
                part.read();
            } catch (BadRecordException e) {
                problems.add(e);
            }
        }
        return problems;
    }
}
