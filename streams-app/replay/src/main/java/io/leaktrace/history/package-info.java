/** Histories in files and on topics: reading, loading and replaying them, and the files that a run leaves. */
package io.leaktrace.history;
