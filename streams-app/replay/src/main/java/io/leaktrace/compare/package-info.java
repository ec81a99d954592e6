/** Differences between runs, and tables over many of them. Reads the files of runs; does not use Kafka. */
package io.leaktrace.compare;
