package io.leaktrace.wire;

import org.apache.kafka.common.errors.RetriableException;

/** The registry gave no usable answer in time; the record itself may be valid. */
public class RegistryUnavailableException extends RetriableException {

    private static final long serialVersionUID = 1;

    public RegistryUnavailableException(String message, Throwable cause) {
        super(message, cause);
    }
}
