package io.leaktrace.wire;

import java.util.OptionalLong;

/** Tells the event time of an order event from its bytes, without reading the rest. */
@FunctionalInterface
public interface OrderEventTimes {

    /** Epoch milliseconds; nothing if it takes a closer look to tell what the bytes are. */
    OptionalLong of(byte[] value);
}
