/** Import of public data sets as order events. */
package io.leaktrace.imports;
