/** Replaces names and phone numbers by pseudonyms. */
package io.leaktrace.privacy;
