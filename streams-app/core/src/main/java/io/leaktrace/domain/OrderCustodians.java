package io.leaktrace.domain;

import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Collects the custodians of an order event, with what each saw. If one is named several times, it saw the fields of
 * all; without fields in one of them, it saw those that its role can know.
 */
public final class OrderCustodians {

    private final List<Custodian> custodians = new ArrayList<>(3);
    private final Map<Custodian, Set<Field>> saw = new HashMap<>();

    /** @param fields those that the custodian saw, or null for those that its role can know */
    public void add(Custodian custodian, Set<Field> fields) {
        if (fields == null) {
            saw.remove(custodian);
        } else if (!custodians.contains(custodian)) {
            Set<Field> copy = EnumSet.noneOf(Field.class);
            copy.addAll(fields);
            saw.put(custodian, copy);
        } else if (saw.containsKey(custodian)) {
            saw.get(custodian).addAll(fields);
        }
        custodians.add(custodian);
    }

    /** Returns the custodians in the order in which they were added. */
    public List<Custodian> custodians() {
        return custodians;
    }

    /** Returns the fields that custodians saw, as in {@link OrderEvent#saw}. */
    public Map<Custodian, Set<Field>> saw() {
        return saw;
    }
}
