/** Both stages as a Kafka Streams topology: processors, state stores, dead letters, repartitioning. */
package io.leaktrace.topology;
