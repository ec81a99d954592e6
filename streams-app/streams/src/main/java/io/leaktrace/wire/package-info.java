/** Records as bytes: Avro in Confluent's wire format, and the clients of a schema registry. */
package io.leaktrace.wire;
