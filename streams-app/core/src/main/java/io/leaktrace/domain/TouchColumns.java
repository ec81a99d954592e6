package io.leaktrace.domain;

import io.leaktrace.domain.Correlation.ContactTouch;
import java.util.AbstractList;
import java.util.Arrays;
import java.util.List;
import java.util.RandomAccess;

/**
 * The touches of a contact, in columns: dozens of each contact stay in memory, and records of them would take three times
 * as much. Immutable.
 */
public final class TouchColumns extends AbstractList<ContactTouch> implements RandomAccess {

    private static final long[] NO_TIMES = {};

    private final Custodian[] custodians;
    private final String[] orderIds;
    private final long[] touchedAt;

    // Empty if no touch has any.
    private final int[] saw;
    private final int[] marks;
    private final long[] accessedAt;

    private TouchColumns(List<ContactTouch> touches) {
        int size = touches.size();
        custodians = new Custodian[size];
        orderIds = new String[size];
        touchedAt = new long[size];
        int[] sawOfAll = new int[size];
        int[] marksOfAll = new int[size];
        long[] accessesOfAll = new long[size];
        for (int i = 0; i < size; i++) {
            ContactTouch touch = touches.get(i);
            custodians[i] = touch.custodian();
            // Most touches of an order follow each other, and each may have been read with a copy of its id.
            boolean isOfOrder = i > 0 && orderIds[i - 1].equals(touch.orderId());
            orderIds[i] = isOfOrder ? orderIds[i - 1] : touch.orderId();
            touchedAt[i] = touch.touchedAt();
            sawOfAll[i] = touch.saw();
            marksOfAll[i] = touch.mark();
            accessesOfAll[i] = touch.accessedAt();
        }
        saw = Columns.unlessAll(Fields.OF_ROLE, sawOfAll);
        marks = Columns.unlessAll(0, marksOfAll);
        accessedAt = Arrays.stream(accessesOfAll).allMatch(at -> at == 0) ? NO_TIMES : accessesOfAll;
    }

    private TouchColumns(TouchColumns touches, Custodian[] custodians) {
        this.custodians = custodians;
        orderIds = touches.orderIds;
        touchedAt = touches.touchedAt;
        saw = touches.saw;
        marks = touches.marks;
        accessedAt = touches.accessedAt;
    }

    /** Returns touches in columns, in the same order. */
    public static TouchColumns of(List<ContactTouch> touches) {
        return touches instanceof TouchColumns columns ? columns : new TouchColumns(touches);
    }

    /**
     * Returns the same touches with other objects of their custodians.
     *
     * @param equal by touch, a custodian that is equal to its custodian
     */
    TouchColumns with(Custodian[] equal) {
        return new TouchColumns(this, equal);
    }

    @Override
    public ContactTouch get(int touch) {
        return new ContactTouch(
                custodians[touch], orderIds[touch], touchedAt[touch], saw(touch), mark(touch), accessedAt(touch));
    }

    @Override
    public int size() {
        return custodians.length;
    }

    /** Returns the custodian of a touch. */
    public Custodian custodian(int touch) {
        return custodians[touch];
    }

    /** Returns the order of a touch. */
    public String orderId(int touch) {
        return orderIds[touch];
    }

    /** Returns the time of each touch in epoch milliseconds; not a copy. */
    public long[] touchedAt() {
        return touchedAt;
    }

    /** Returns the bits of the fields that a touch's custodian saw, or {@link Fields#OF_ROLE}. */
    public int saw(int touch) {
        return saw.length == 0 ? Fields.OF_ROLE : saw[touch];
    }

    /** Returns the hash of the mark of a touch's custodian, or 0. */
    public int mark(int touch) {
        return marks.length == 0 ? 0 : marks[touch];
    }

    /** Returns when a touch's custodian first accessed the order, in epoch milliseconds, or 0. */
    public long accessedAt(int touch) {
        return accessedAt.length == 0 ? 0 : accessedAt[touch];
    }
}
