package io.leaktrace.benchmarks.contenders.compact;

import io.leaktrace.benchmarks.market.Market;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * One buyer's recent orders and contacts in a byte array, which is never changed: what is added makes a new one. An
 * entry is
 *
 * <pre>
 * 8 bytes  time, epoch milliseconds
 * 1 byte   number of custodians; 0 for a contact
 * 2 bytes  each custodian's number
 * </pre>
 */
public final class BuyerHistory {

    static final int HIGHEST_NUMBER = 0xFFFF;

    private static final byte[] EMPTY = {};
    private static final int HEADER_BYTES = Long.BYTES + 1;
    private static final int MOST_CUSTODIANS = 255;
    private static final VarHandle LONGS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);
    private static final VarHandle SHORTS = MethodHandles.byteArrayViewVarHandle(short[].class, ByteOrder.BIG_ENDIAN);

    private BuyerHistory() {}

    /** Is told of each touch that a contact followed. */
    @FunctionalInterface
    public interface Followed {
        void by(int custodian);
    }

    /** Adds an order event and tells which touches of it the contacts there are follow; null is an empty history. */
    public static byte[] withOrder(byte[] history, CompactReader order, Followed followed) {
        if (order.custodianCount() > MOST_CUSTODIANS) {
            throw new IllegalArgumentException("more than " + MOST_CUSTODIANS
                    + " custodians of one order do not fit the compact layout: " + order.custodianCount());
        }
        byte[] before = history == null ? EMPTY : history;
        for (int at = 0; at < before.length; at += length(before, at)) {
            if (isContact(before, at) && follows(time(before, at), order.time())) {
                for (int i = 0; i < order.custodianCount(); i++) {
                    followed.by(order.custodians()[i]);
                }
            }
        }
        byte[] after = appended(before, order.time(), order.custodianCount());
        int at = before.length + HEADER_BYTES;
        for (int i = 0; i < order.custodianCount(); i++) {
            SHORTS.set(after, at, (short) order.custodians()[i]);
            at += Short.BYTES;
        }
        return after;
    }

    /** Adds a contact and tells which touches there are it follows; null is an empty history. */
    public static byte[] withContact(byte[] history, long contactedAt, Followed followed) {
        byte[] before = history == null ? EMPTY : history;
        for (int at = 0; at < before.length; at += length(before, at)) {
            if (!isContact(before, at) && follows(contactedAt, time(before, at))) {
                for (int i = at + HEADER_BYTES; i < at + length(before, at); i += Short.BYTES) {
                    followed.by((short) SHORTS.get(before, i) & 0xFFFF);
                }
            }
        }
        return appended(before, contactedAt, 0);
    }

    /** The history without what is before a time: itself if that is nothing, null if it is all. */
    public static byte[] since(byte[] history, long time) {
        byte[] kept = null;
        int used = 0;
        for (int at = 0; at < history.length; at += length(history, at)) {
            boolean keep = time(history, at) >= time;
            if (!keep && kept == null) {
                kept = Arrays.copyOf(history, history.length);
                used = at;
            } else if (keep && kept != null) {
                System.arraycopy(history, at, kept, used, length(history, at));
                used += length(history, at);
            }
        }
        if (kept == null) {
            return history;
        }
        return used == 0 ? null : Arrays.copyOf(kept, used);
    }

    /** Time of the earliest entry of a history that is not empty. */
    public static long earliest(byte[] history) {
        long earliest = Long.MAX_VALUE;
        for (int at = 0; at < history.length; at += length(history, at)) {
            earliest = Math.min(earliest, time(history, at));
        }
        return earliest;
    }

    private static boolean follows(long contactedAt, long touchedAt) {
        return touchedAt < contactedAt && contactedAt - touchedAt <= Market.WINDOW;
    }

    private static byte[] appended(byte[] before, long time, int custodians) {
        byte[] after = Arrays.copyOf(before, before.length + HEADER_BYTES + Short.BYTES * custodians);
        LONGS.set(after, before.length, time);
        after[before.length + Long.BYTES] = (byte) custodians;
        return after;
    }

    private static long time(byte[] history, int at) {
        return (long) LONGS.get(history, at);
    }

    private static boolean isContact(byte[] history, int at) {
        return history[at + Long.BYTES] == 0;
    }

    private static int length(byte[] history, int at) {
        return HEADER_BYTES + Short.BYTES * (history[at + Long.BYTES] & 0xFF);
    }
}
