/** Comparison of Leaktrace with other scorers on markets with planted leaks. */
package io.leaktrace.evaluate;
