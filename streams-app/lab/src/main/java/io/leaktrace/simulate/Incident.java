package io.leaktrace.simulate;

import io.leaktrace.domain.Custodian;
import io.leaktrace.domain.Field;
import java.util.Set;

/**
 * A scammer who has a buyer's data and goes to work on him: one call, or several.
 *
 * @param firstContactAt seconds since 1970
 * @param knows what the scammer knows of the buyer's orders
 * @param quotedOrderId the order the scammer names, or null
 * @param cause who leaked, or null if nobody did
 */
record Incident(String buyerId, long firstContactAt, Set<Field> knows, String quotedOrderId, Custodian cause) {}
