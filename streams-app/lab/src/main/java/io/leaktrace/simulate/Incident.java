package io.leaktrace.simulate;

import io.leaktrace.domain.Custodian;
import io.leaktrace.domain.Field;
import java.util.Set;

/**
 * One or several contacts of a buyer by a scammer who has the buyer's data.
 *
 * @param firstContactAt seconds since 1970
 * @param knows fields of the buyer's orders known to the scammer
 * @param quotedOrderId the order that the scammer names, or null
 * @param cause the custodian that leaked, or null if no leak is the cause
 * @param source name of the source of the background calls that it belongs to, or null if a leak is the cause
 */
record Incident(
        String buyerId, long firstContactAt, Set<Field> knows, String quotedOrderId, Custodian cause, String source) {}
