package io.leaktrace.domain;

import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Collects the custodians of an order event, with what each saw and its mark. If one is named several times, it saw the
 * fields of all; without fields in one of them, it saw those that its role can know. Its mark is the first one.
 */
public final class OrderCustodians {

    private final List<Custodian> custodians = new ArrayList<>(3);
    private final Map<Custodian, Set<Field>> saw = new HashMap<>();
    private final Map<Custodian, String> marks = new HashMap<>();

    /** The same custodians as in the list; null until one of them has fields. A list of a hostile record is long. */
    private Set<Custodian> named;

    /** Adds a custodian without a mark; as the other method. */
    public void add(Custodian custodian, Set<Field> fields) {
        add(custodian, fields, null);
    }

    /**
     * Adds a custodian.
     *
     * @param fields those that it saw, or null for those that its role can know
     * @param mark a pseudonym of what was written differently for it, or null
     */
    public void add(Custodian custodian, Set<Field> fields, String mark) {
        if (fields != null && named == null) {
            named = new HashSet<>(custodians);
        }
        boolean isNew = named != null && named.add(custodian);
        if (fields == null) {
            saw.remove(custodian);
        } else if (isNew) {
            Set<Field> copy = EnumSet.noneOf(Field.class);
            copy.addAll(fields);
            saw.put(custodian, copy);
        } else if (saw.containsKey(custodian)) {
            saw.get(custodian).addAll(fields);
        }
        custodians.add(custodian);
        if (mark != null) {
            marks.putIfAbsent(custodian, mark);
        }
    }

    /** Returns the custodians in the order in which they were added. */
    public List<Custodian> custodians() {
        return custodians;
    }

    /** Returns the fields that custodians saw, as in {@link OrderEvent#saw}. */
    public Map<Custodian, Set<Field>> saw() {
        return saw;
    }

    /** Returns the marks, as in {@link OrderEvent#marks}. */
    public Map<Custodian, String> marks() {
        return marks;
    }
}
