package io.leaktrace.domain;

import java.util.EnumSet;
import java.util.Set;

/** Converts sets of {@link Field}s to and from bits, by ordinal. */
public final class Fields {

    /**
     * Stands for the fields that a custodian's role can know. All bits are set, so that it absorbs other fields: a
     * custodian that saw these and others is treated as one that saw these.
     */
    public static final int OF_ROLE = -1;

    private Fields() {}

    /** Returns the fields of these bits, or null for {@link #OF_ROLE}. */
    public static Set<Field> seen(int bits) {
        return bits == OF_ROLE ? null : of(bits);
    }

    public static int bits(Set<Field> fields) {
        int bits = 0;
        for (Field field : fields) {
            bits |= 1 << field.ordinal();
        }
        return bits;
    }

    public static Set<Field> of(int bits) {
        Set<Field> fields = EnumSet.noneOf(Field.class);
        for (Field field : Field.values()) {
            if ((bits & 1 << field.ordinal()) != 0) {
                fields.add(field);
            }
        }
        return fields;
    }
}
