/** A history, from files or topics, and its replay through the engine. */
package io.leaktrace.replay;
