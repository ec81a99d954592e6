/**
 * Both stages as a pipeline with ports for state. Kafka Streams, replays, the evaluation and tests of the model all
 * drive this one engine.
 */
package io.leaktrace.engine;
