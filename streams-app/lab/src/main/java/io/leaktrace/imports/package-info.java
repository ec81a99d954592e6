/** Public data sets, imported by the mappings that are shipped for them; and CSV files of other public data. */
package io.leaktrace.imports;
