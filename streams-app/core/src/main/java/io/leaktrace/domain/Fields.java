package io.leaktrace.domain;

import java.util.EnumSet;
import java.util.Set;

/** Converts sets of {@link Field}s to and from bits, by ordinal. */
public final class Fields {

    private Fields() {}

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
