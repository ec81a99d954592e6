package io.leaktrace.benchmarks.contenders.compact;

import it.unimi.dsi.fastutil.longs.Long2IntOpenHashMap;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** Gives custodians numbers from 0 in the order in which they are met, without making a string of a known one. */
public final class CustodianNumbers {

    /** In the order of the schema's enumeration. */
    private static final String[] ROLES = {"SELLER", "LOGISTICS_NODE", "PAYMENT_CHANNEL", "SERVICE_PROVIDER", "PLATFORM"
    };

    private final Long2IntOpenHashMap numbers = new Long2IntOpenHashMap();
    private final List<String> names = new ArrayList<>();

    public CustodianNumbers() {
        numbers.defaultReturnValue(-1);
    }

    int numberOf(int role, byte[] bytes, int idAt, int idLength) {
        long hash = Hashes.of(bytes, idAt, idLength) + role;
        int number = numbers.get(hash);
        if (number < 0) {
            number = add(hash, ROLES[role] + ":" + new String(bytes, idAt, idLength, StandardCharsets.UTF_8));
        }
        return number;
    }

    /** Takes a custodian, as {@code ROLE:id}, that had the next number in another life. */
    public void restore(String name) {
        int colon = name.indexOf(':');
        byte[] id = name.substring(colon + 1).getBytes(StandardCharsets.UTF_8);
        add(Hashes.of(id, 0, id.length) + List.of(ROLES).indexOf(name.substring(0, colon)), name);
    }

    private int add(long hash, String name) {
        if (names.size() > BuyerHistory.HIGHEST_NUMBER) {
            throw new IllegalStateException("more custodians than " + (BuyerHistory.HIGHEST_NUMBER + 1)
                    + " do not fit the compact layout, which gives 2 bytes to each");
        }
        numbers.put(hash, names.size());
        names.add(name);
        return names.size() - 1;
    }

    public int size() {
        return names.size();
    }

    /** A custodian as {@code ROLE:id}. */
    public String name(int number) {
        return names.get(number);
    }
}
