/** Simulated markets with planted leaks. */
package io.leaktrace.simulate;
