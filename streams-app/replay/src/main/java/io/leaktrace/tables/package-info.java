/** Order events and contacts from tables, read by the SQL of a mapping; and the first draft of a mapping. */
package io.leaktrace.tables;
