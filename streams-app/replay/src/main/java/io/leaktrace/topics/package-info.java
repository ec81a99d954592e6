/** Reading and writing topics outside the pipeline: load, single records, dead letters. */
package io.leaktrace.topics;
