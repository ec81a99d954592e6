/** The first stage: joins the order events and contacts of each buyer, and counts exposures. */
package io.leaktrace.correlate;
