/** Other scorers beside Leaktrace, and how well each finds what is planted. */
package io.leaktrace.evaluate;
