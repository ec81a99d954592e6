package io.leaktrace.wire;

import org.apache.kafka.common.errors.RetriableException;

/** The registry did not answer in time; the record may be fine. */
public class RegistryUnavailableException extends RetriableException {

    private static final long serialVersionUID = 1;

    public RegistryUnavailableException(String message, Throwable cause) {
        super(message, cause);
    }
}
