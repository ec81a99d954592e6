/** What some data can answer: figures, troubles and what to do about them, and what leaks would be seen. */
package io.leaktrace.check;
