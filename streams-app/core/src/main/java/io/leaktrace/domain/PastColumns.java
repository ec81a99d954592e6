package io.leaktrace.domain;

import io.leaktrace.domain.Correlation.PastCustodian;
import java.util.AbstractList;
import java.util.List;
import java.util.RandomAccess;

/**
 * The custodians that touched orders of a contact's buyer within the memory, in columns as the touches are ({@link
 * TouchColumns}). Immutable.
 */
public final class PastColumns extends AbstractList<PastCustodian> implements RandomAccess {

    private final Custodian[] custodians;
    private final int[] weeks;

    // Empty if no custodian has any.
    private final int[] saw;
    private final int[] accessed;

    private PastColumns(List<PastCustodian> past) {
        int size = past.size();
        custodians = new Custodian[size];
        weeks = new int[size];
        int[] sawOfAll = new int[size];
        int[] accessedOfAll = new int[size];
        for (int i = 0; i < size; i++) {
            PastCustodian custodian = past.get(i);
            custodians[i] = custodian.custodian();
            weeks[i] = custodian.weeks();
            sawOfAll[i] = custodian.saw();
            accessedOfAll[i] = custodian.accessed();
        }
        saw = Columns.unlessAll(Fields.OF_ROLE, sawOfAll);
        accessed = Columns.unlessAll(0, accessedOfAll);
    }

    private PastColumns(PastColumns past, Custodian[] custodians) {
        this.custodians = custodians;
        weeks = past.weeks;
        saw = past.saw;
        accessed = past.accessed;
    }

    /** Returns past custodians in columns, in the same order. */
    public static PastColumns of(List<PastCustodian> past) {
        return past instanceof PastColumns columns ? columns : new PastColumns(past);
    }

    /**
     * Returns the same with other objects of the custodians.
     *
     * @param equal by past custodian, one that is equal to it
     */
    PastColumns with(Custodian[] equal) {
        return new PastColumns(this, equal);
    }

    @Override
    public PastCustodian get(int past) {
        return new PastCustodian(custodians[past], weeks[past], saw(past), accessed(past));
    }

    @Override
    public int size() {
        return custodians.length;
    }

    /** Returns a custodian. */
    public Custodian custodian(int past) {
        return custodians[past];
    }

    /** Returns the bits of the weeks in which a custodian touched orders. */
    public int weeks(int past) {
        return weeks[past];
    }

    /** Whether orders say what any of the custodians saw. */
    public boolean haveSaw() {
        return saw.length > 0;
    }

    /** Returns the bits of the fields that a custodian saw, or {@link Fields#OF_ROLE}. */
    public int saw(int past) {
        return saw.length == 0 ? Fields.OF_ROLE : saw[past];
    }

    /** Whether any of the custodians accessed an order. */
    public boolean haveAccesses() {
        return accessed.length > 0;
    }

    /** Returns the bits of the weeks in which a custodian accessed orders. */
    public int accessed(int past) {
        return accessed.length == 0 ? 0 : accessed[past];
    }
}
