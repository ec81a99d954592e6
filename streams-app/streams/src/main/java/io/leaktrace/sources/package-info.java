/** Topics that other systems write in their own form, and the mappings by which they are read as input records. */
package io.leaktrace.sources;
