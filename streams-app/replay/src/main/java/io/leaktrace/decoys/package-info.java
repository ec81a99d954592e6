/** Where to place the next decoys, from the findings of a run or of a running pipeline. */
package io.leaktrace.decoys;
