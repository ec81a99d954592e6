package io.leaktrace.wire;

import org.apache.kafka.common.errors.SerializationException;

/** A record of Leaktrace's own topics or state stores cannot be read; input records are not the cause. */
public class InternalRecordException extends SerializationException {

    private static final long serialVersionUID = 1;

    public InternalRecordException(String message, Throwable cause) {
        super(message, cause);
    }
}
