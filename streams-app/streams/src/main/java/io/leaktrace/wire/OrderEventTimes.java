package io.leaktrace.wire;

import java.util.OptionalLong;

/** Reads the event time of an order event from its bytes, without decoding the rest. */
@FunctionalInterface
public interface OrderEventTimes {

    /** Returns epoch milliseconds; empty if the bytes are not certainly an order event of this version. */
    OptionalLong of(byte[] value);
}
