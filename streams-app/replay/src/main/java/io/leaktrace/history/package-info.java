/** Histories in files and on topics: reading, loading and replaying them, and the files that a run writes. */
package io.leaktrace.history;
