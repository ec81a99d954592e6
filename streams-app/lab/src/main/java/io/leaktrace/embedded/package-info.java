/** A broker and a schema registry on this machine, for the demo and for tests. */
package io.leaktrace.embedded;
