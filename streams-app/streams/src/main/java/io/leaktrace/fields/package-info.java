/** Fields of input records, made from the values that a mapping names: rows of tables, records of topics. */
package io.leaktrace.fields;
