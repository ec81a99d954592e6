package io.leaktrace.topology;

/** What a record hands to the topology: one input, or a {@link Pack} of them. */
sealed interface Arrived permits Input, Pack {}
