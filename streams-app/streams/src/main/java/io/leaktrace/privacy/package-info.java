/** Pseudonyms in the place of names and numbers. */
package io.leaktrace.privacy;
