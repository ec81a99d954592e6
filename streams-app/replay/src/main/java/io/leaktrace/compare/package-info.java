/** Differences between runs, and tables over many of them. Reads the files of runs; knows no Kafka. */
package io.leaktrace.compare;
