package io.leaktrace.correlate;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** A reader of one entry of a {@link BuyerLog} at a time; {@link #previous()} goes on to the same buyer's one before. */
final class Entry {

    private final BuyerLog log;
    private byte[] bytes;
    private int at;

    private long position;
    private long before;
    private boolean first;
    private byte kind;
    private long time;
    private int buyerAt;
    private long buyer;

    private int eventHash;
    private int orderHash;
    private int orderIdAt;
    private int orderIdLength;
    private int custodiansAt;

    private String contactId;
    private String buyerId;
    private long reportDelay;
    private int disclosed;
    private String quotedOrderId;

    Entry(BuyerLog log) {
        this.log = log;
    }

    /** Goes to the buyer's latest entry; false if there is none. */
    boolean latestOf(long buyerHash) {
        return readOrEnd(log.latestOf(buyerHash));
    }

    /** Goes to the same buyer's entry before this one; false if there is none. */
    boolean previous() {
        return readOrEnd(before);
    }

    private boolean readOrEnd(long next) {
        if (next == 0) {
            return false;
        }
        read(next);
        return true;
    }

    void read(long entryPosition) {
        position = entryPosition;
        bytes = log.bytesAt(entryPosition);
        at = (int) (entryPosition % BuyerLog.BLOCK_BYTES);
        long back = varint();
        first = back == 0;
        before = back == 0 ? 0 : log.live(entryPosition - back);
        kind = bytes[at++];
        time = log.baseAt(entryPosition) + EntryBytes.unzigzag(varint());
        buyerAt = at;
        buyer = EntryBytes.longAt(bytes, at);
        at += Long.BYTES;
        if (isOrderEvent()) {
            readOrderEvent();
        } else {
            readContact();
        }
    }

    private void readOrderEvent() {
        eventHash = EntryBytes.intAt(bytes, at);
        at += Integer.BYTES;
        orderIdLength = holdsOrderId() ? (int) varint() : 0;
        orderIdAt = at;
        if (holdsOrderId()) {
            orderHash = EntryBytes.hash(bytes, orderIdAt, orderIdLength);
            custodiansAt = orderIdAt + orderIdLength;
        } else {
            orderHash = EntryBytes.intAt(bytes, at);
            custodiansAt = orderIdAt + Integer.BYTES;
        }
    }

    private void readContact() {
        contactId = string();
        buyerId = string();
        reportDelay = varint();
        disclosed = (int) varint();
        quotedOrderId = string();
    }

    /** Puts zeros over the hashes and strings of this entry in its block's bytes. */
    void eraseFrom(byte[] block) {
        int kindAt = (int) (position % BuyerLog.BLOCK_BYTES);
        while (block[kindAt] < 0) {
            kindAt++;
        }
        kindAt++;
        block[kindAt] |= BuyerLog.ERASED;
        zero(block, buyerAt, Long.BYTES);
        if (isOrderEvent()) {
            zero(block, buyerAt + Long.BYTES, Integer.BYTES);
            zero(block, orderIdAt, custodiansAt - orderIdAt);
        } else {
            at = buyerAt + Long.BYTES;
            eraseString(block);
            eraseString(block);
            varint();
            varint();
            eraseString(block);
        }
    }

    private void eraseString(byte[] block) {
        int length = (int) varint();
        zero(block, at, length);
        at += length;
    }

    private static void zero(byte[] block, int from, int length) {
        Arrays.fill(block, from, from + length, (byte) 0);
    }

    private String string() {
        int length = (int) varint();
        String string = new String(bytes, at, length, StandardCharsets.UTF_8);
        at += length;
        return string;
    }

    private long varint() {
        long value = 0;
        for (int shift = 0; ; shift += 7) {
            byte next = bytes[at++];
            value |= (next & 0x7FL) << shift;
            if (next >= 0) {
                return value;
            }
        }
    }

    long position() {
        return position;
    }

    /** Offset behind the entry in its block. */
    int endOffset() {
        if (isOrderEvent()) {
            custodianNumbers();
        }
        return at;
    }

    /** What stands behind the buyer's hash: a copy. */
    byte[] body() {
        return Arrays.copyOfRange(bytes, buyerAt + Long.BYTES, endOffset());
    }

    /** The same of an order event, with this id of the order or, if it is null, with the id's hash. */
    byte[] orderBody(byte[] orderId) {
        int custodiansLength = endOffset() - custodiansAt;
        byte[] body = new byte[Integer.BYTES + 5 + (orderId == null ? 0 : orderId.length) + custodiansLength];
        EntryBytes.putInt(body, 0, eventHash);
        int to = Integer.BYTES;
        if (orderId == null) {
            EntryBytes.putInt(body, to, orderHash);
            to += Integer.BYTES;
        } else {
            to = EntryBytes.putVarint(body, to, orderId.length);
            System.arraycopy(orderId, 0, body, to, orderId.length);
            to += orderId.length;
        }
        System.arraycopy(bytes, custodiansAt, body, to, custodiansLength);
        return Arrays.copyOf(body, to + custodiansLength);
    }

    /** The part of the kind that counts the custodians. */
    int custodianCountBits() {
        return kind & 0xFF & -(1 << BuyerLog.CUSTODIANS_SHIFT);
    }

    byte[] orderIdBytes() {
        return Arrays.copyOfRange(bytes, orderIdAt, orderIdAt + orderIdLength);
    }

    /** Whether the buyer had no entry before this one, not even one that has been forgotten since. */
    boolean isFirst() {
        return first;
    }

    /** When it became known: when an event occurred, or a contact was reported. */
    long knownAt() {
        return isOrderEvent() ? time : reportedAt();
    }

    boolean isOrderEvent() {
        return (kind & BuyerLog.CONTACT) == 0;
    }

    /** Whether none of the buyer's entries before this one is of a later time. */
    boolean inOrder() {
        return (kind & BuyerLog.IN_ORDER) != 0;
    }

    boolean isErased() {
        return (kind & BuyerLog.ERASED) != 0;
    }

    /** When the event occurred, or when the contact happened. */
    long time() {
        return time;
    }

    long buyer() {
        return buyer;
    }

    int eventHash() {
        return eventHash;
    }

    int orderHash() {
        return orderHash;
    }

    /** Whether this entry, not an earlier one of the same order, holds the order's id. */
    boolean holdsOrderId() {
        return (kind & BuyerLog.HOLDS_ORDER_ID) != 0;
    }

    String orderId() {
        return new String(bytes, orderIdAt, orderIdLength, StandardCharsets.UTF_8);
    }

    /** Numbers of the custodians, as the task numbers them. They are read only when they are asked for. */
    int[] custodianNumbers() {
        at = custodiansAt;
        int count = (kind & 0xFF) >>> BuyerLog.CUSTODIANS_SHIFT;
        int[] numbers = new int[count == BuyerLog.MANY_CUSTODIANS ? (int) varint() : count];
        for (int i = 0; i < numbers.length; i++) {
            numbers[i] = (int) varint();
        }
        return numbers;
    }

    String contactId() {
        return contactId;
    }

    String buyerId() {
        return buyerId;
    }

    long reportedAt() {
        return time + reportDelay;
    }

    int disclosed() {
        return disclosed;
    }

    /** The order the caller named, or null. */
    String quotedOrderId() {
        return quotedOrderId.isEmpty() ? null : quotedOrderId;
    }
}
