package io.leaktrace.domain;

/**
 * Numbers of contacts whose buyer had no touch in the window before, by reason. The three reasons add up to the total,
 * except in epochs of versions that counted the total only.
 *
 * @param total all of them
 * @param noOrderKnown no order of the buyer is known: neither from the two windows and two days before the report nor
 *     from the window after the contact, up to the end of the epoch
 * @param orderLater all known orders of the buyer come after the contact
 * @param orderOutsideWindow an order of the buyer precedes the contact by more than a window
 * @param quotedOrderLater contacts, matched or not, that quote an order whose known events all come after the contact:
 *     that is possible only if the clocks of orders and contacts differ, or the report is not true
 */
public record Unmatched(
        long total, long noOrderKnown, long orderLater, long orderOutsideWindow, long quotedOrderLater) {

    public static final Unmatched NONE = new Unmatched(0, 0, 0, 0, 0);

    public Unmatched plus(Unmatched other) {
        return new Unmatched(
                total + other.total,
                noOrderKnown + other.noOrderKnown,
                orderLater + other.orderLater,
                orderOutsideWindow + other.orderOutsideWindow,
                quotedOrderLater + other.quotedOrderLater);
    }
}
