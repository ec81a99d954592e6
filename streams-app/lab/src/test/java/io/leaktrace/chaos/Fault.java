package io.leaktrace.chaos;

/** What can happen to the machines underneath. */
enum Fault {
    /** {@code kill -9} of an instance, which is started again. */
    KILL_INSTANCE,
    /** The same, and its state directory is gone. */
    LOSE_STATE,
    /** An instance stands still for longer than its session lasts, then goes on as if nothing had been. */
    PAUSE_INSTANCE,
    /** An instance is started where it can write no file of more than some kilobytes, then where it can. */
    FULL_DISK,
    /** Another instance comes, does its part and is asked to leave. */
    JOIN_AND_LEAVE,
    /** {@code kill -9} of a broker, which is started again. */
    KILL_BROKER,
    /** A broker stands still for longer than its session lasts. */
    PAUSE_BROKER,
    /** The registry does not answer, and an instance is started meanwhile. */
    REGISTRY_AWAY,
    /** The registry gives answers that say nothing about a schema, and an instance is started in their midst. */
    REGISTRY_ODD
}
