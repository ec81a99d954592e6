package io.leaktrace.wire;

import org.apache.kafka.common.errors.SerializationException;

/** What Leaktrace has written for itself cannot be read: the fault is not in a record from outside. */
public class OwnRecordException extends SerializationException {

    private static final long serialVersionUID = 1;

    public OwnRecordException(String message, Throwable cause) {
        super(message, cause);
    }
}
