package io.leaktrace.domain;

/** What the columns of a contact's lists share. */
final class Columns {

    private static final int[] NONE = {};

    private Columns() {}

    /** Returns the column, or an empty one if all of its values are the usual one, as in most contacts. */
    static int[] unlessAll(int usual, int[] column) {
        for (int value : column) {
            if (value != usual) {
                return column;
            }
        }
        return NONE;
    }
}
