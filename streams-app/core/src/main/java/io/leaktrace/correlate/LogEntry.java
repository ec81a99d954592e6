package io.leaktrace.correlate;

import io.leaktrace.domain.ContactTraces;
import io.leaktrace.domain.Dialled;
import io.leaktrace.domain.Fields;
import io.leaktrace.domain.Loss;
import io.leaktrace.domain.ReportSource;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** A cursor over the entries of a {@link BuyerLog}; {@link #previous()} moves to the same buyer's previous entry. */
final class LogEntry {

    private static final int NOT_READ = -1;

    private static final ReportSource[] SOURCES = ReportSource.values();

    private final BuyerLog log;
    private byte[] bytes;
    private int at;

    private long position;
    private long previousPosition;
    private boolean first;
    private byte kind;
    private long time;
    private int buyerAt;
    private long buyer;

    private int eventHash;
    private int orderHash;
    private int orderIdAt;
    /** The id of the order, if this entry holds it: the first {@link #orderIdLength} bytes, once they have been read. */
    private byte[] orderId = new byte[64];

    private int orderIdLength;
    /** Offset of the number with which the order's id ends, or of the end of the id. */
    private int orderNumberAt;

    private int custodiansAt;
    /** Whether this entry says what its custodians saw, or has marks; known once their number was read. */
    private boolean withDetails;
    /** Whether this entry says that the buyer is a decoy; known as the above. */
    private boolean ofDecoy;

    private int[] saw = {};
    private int[] marks = {};
    private boolean access;

    private String contactId;
    private String buyerId;
    private long reportDelay;
    private int disclosed;
    private String quotedOrderId;
    private int disclosedMark;
    private Dialled dialled;
    private String dialledOrderId;
    private ContactTraces traces;

    LogEntry(BuyerLog log) {
        this.log = log;
    }

    /** Moves to the buyer's latest entry; returns false if there is none. */
    boolean latestOf(long buyerHash) {
        return moveTo(log.latestOf(buyerHash));
    }

    /** Moves to the same buyer's previous entry; returns false if there is none. */
    boolean previous() {
        return moveTo(previousPosition);
    }

    private boolean moveTo(long next) {
        if (next == 0) {
            return false;
        }
        read(next);
        return true;
    }

    void read(long entryPosition) {
        byte[] block = log.heldAt(entryPosition);
        if (block == null) {
            read(log.readAt(entryPosition), 0, entryPosition);
        } else {
            readIn(block, entryPosition);
        }
    }

    /** Moves to an entry in this block of the log. */
    void readIn(byte[] block, long entryPosition) {
        read(block, (int) (entryPosition % BuyerLog.BLOCK_BYTES), entryPosition);
    }

    /** Returns the length of an entry at the beginning of these bytes, or −1 if they end before it does. */
    int lengthIn(byte[] part, long entryPosition) {
        try {
            read(part, 0, entryPosition);
            int end = endOffset();
            return end <= part.length ? end : -1;
        } catch (IndexOutOfBoundsException e) {
            return -1;
        }
    }

    private void read(byte[] from, int offset, long entryPosition) {
        position = entryPosition;
        bytes = from;
        at = offset;
        long back = varint();
        first = back == 0;
        previousPosition = back == 0 ? 0 : log.live(entryPosition - back);
        kind = bytes[at++];
        time = log.baseAt(entryPosition);
        if (!isPast() || (kind & BuyerLog.OTHER_WEEK) != 0) {
            time += EntryBytes.unzigzag(varint());
        }
        buyerAt = at;
        if (holdsBuyer()) {
            buyer = EntryBytes.longAt(bytes, at);
            at += Long.BYTES;
        }
        if (isPast()) {
            custodiansAt = at;
        } else if (isOrderEvent()) {
            readOrderEvent();
        } else {
            readContact();
        }
    }

    private void readOrderEvent() {
        eventHash = EntryBytes.intAt(bytes, at);
        at += Integer.BYTES;
        if (holdsOrderId()) {
            long lengthAndNumber = varint();
            orderIdAt = at;
            orderNumberAt = at + (int) (lengthAndNumber >>> 1);
            at = orderNumberAt;
            if ((lengthAndNumber & 1) != 0) {
                varint();
            }
            orderIdLength = NOT_READ;
        } else {
            orderIdAt = at;
            orderHash = EntryBytes.intAt(bytes, at);
            at += Integer.BYTES;
        }
        custodiansAt = at;
    }

    /** Reads the order's id and its hash, which few readers of an entry need. */
    private void readOrderId() {
        if (!holdsOrderId() || orderIdLength != NOT_READ) {
            return;
        }
        int text = orderNumberAt - orderIdAt;
        if (orderId.length < text + EntryBytes.MAX_DIGITS) {
            orderId = new byte[2 * text + EntryBytes.MAX_DIGITS];
        }
        System.arraycopy(bytes, orderIdAt, orderId, 0, text);
        orderIdLength = text;
        if (orderNumberAt < custodiansAt) {
            at = orderNumberAt;
            orderIdLength = EntryBytes.putDecimal(orderId, text, varint());
        }
        orderHash = EntryBytes.hash(orderId, 0, orderIdLength);
    }

    private void readContact() {
        contactId = string();
        buyerId = string();
        reportDelay = varint();
        disclosed = (int) varint();
        quotedOrderId = string();
        disclosedMark = 0;
        dialled = null;
        dialledOrderId = "";
        if ((disclosed & BuyerLog.WITH_MARK) != 0) {
            disclosed &= ~BuyerLog.WITH_MARK;
            disclosedMark = EntryBytes.intAt(bytes, at);
            at += Integer.BYTES;
        }
        if ((disclosed & BuyerLog.DIALLED_REAL) != 0) {
            disclosed &= ~BuyerLog.DIALLED_REAL;
            dialled = Dialled.REAL;
        } else if ((disclosed & BuyerLog.DIALLED_VIRTUAL) != 0) {
            disclosed &= ~BuyerLog.DIALLED_VIRTUAL;
            dialled = Dialled.VIRTUAL;
            dialledOrderId = string();
        }
        traces = ContactTraces.NONE;
        if ((disclosed & BuyerLog.WITH_TRACES) != 0) {
            disclosed &= ~BuyerLog.WITH_TRACES;
            traces = new ContactTraces(string(), string(), string(), loss(string()));
        }
    }

    private static Loss loss(String written) {
        int end = written.indexOf(' ');
        return end < 0 ? null : new Loss(new BigDecimal(written.substring(0, end)), written.substring(end + 1));
    }

    /** Overwrites the hashes and strings of this entry in its block with zeros. */
    void eraseFrom(byte[] block) {
        readIn(block, position);
        addToKind(block, BuyerLog.ERASED);
        if (holdsBuyer()) {
            zero(block, buyerAt, Long.BYTES);
        }
        if (isPast() || isOrderEvent()) {
            eraseMarks(block);
        }
        if (isPast()) {
            return;
        }
        if (isOrderEvent()) {
            zero(block, buyerAt + Long.BYTES, Integer.BYTES);
            eraseOrderId(block);
        } else {
            at = buyerAt + Long.BYTES;
            eraseString(block);
            eraseString(block);
            varint();
            varint();
            eraseString(block);
            if (disclosedMark != 0) {
                zero(block, at, Integer.BYTES);
                at += Integer.BYTES;
            }
            if (dialled == Dialled.VIRTUAL) {
                eraseString(block);
            }
            for (int i = 0; traces.any() && i < BuyerLog.TRACES; i++) {
                eraseString(block);
            }
        }
    }

    private void eraseOrderId(byte[] block) {
        if (!holdsOrderId()) {
            zero(block, orderIdAt, Integer.BYTES);
            return;
        }
        zero(block, orderIdAt, orderNumberAt - orderIdAt);
        // The number keeps its length.
        for (int i = orderNumberAt; i < custodiansAt; i++) {
            block[i] &= (byte) 0x80;
        }
    }

    private void eraseMarks(byte[] block) {
        at = custodiansAt;
        int count = custodianCount();
        for (int i = 0; withDetails && i < count; i++) {
            varint();
            if ((varint() & 1) != 0) {
                zero(block, at, Integer.BYTES);
                at += Integer.BYTES;
            }
        }
    }

    /** Adds a bit to the kind of this entry in its block. */
    void addToKind(byte[] block, int bit) {
        int kindAt = (int) (position % BuyerLog.BLOCK_BYTES);
        while (block[kindAt] < 0) {
            kindAt++;
        }
        kindAt++;
        block[kindAt] |= (byte) bit;
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

    /** Returns the position of the buyer's previous entry, or 0. */
    long previousPosition() {
        return previousPosition;
    }

    /** Returns the offset of the end of the entry in the bytes from which it was read. */
    int endOffset() {
        if (isOrderEvent() || isPast()) {
            skipCustodians();
        }
        return at;
    }

    private void skipCustodians() {
        at = custodiansAt;
        int count = custodianCount();
        for (int i = 0; i < count; i++) {
            varint();
            if (withDetails && (varint() & 1) != 0) {
                at += Integer.BYTES;
            }
        }
    }

    /** Returns the number of custodians, and moves to the first. */
    private int custodianCount() {
        int count = (kind & 0xFF) >>> BuyerLog.CUSTODIANS_SHIFT;
        withDetails = false;
        ofDecoy = false;
        if (count == BuyerLog.MANY_CUSTODIANS) {
            count = (int) varint();
            withDetails = count == BuyerLog.WITH_DETAILS;
        }
        if (withDetails) {
            count = (int) varint();
            ofDecoy = (count & BuyerLog.OF_DECOY) != 0;
            count &= ~BuyerLog.OF_DECOY;
        }
        return count;
    }

    /** Copies the bytes of the custodians of an order event, which are the body of its past, and returns their number. */
    int copyCustodians(byte[] to) {
        skipCustodians();
        System.arraycopy(bytes, custodiansAt, to, 0, at - custodiansAt);
        return at - custodiansAt;
    }

    /** Returns the kind of this entry as an expired order event. */
    byte pastKind() {
        return (byte) (kind & BuyerLog.IN_ORDER | custodianCountBits());
    }

    /** Returns a copy of the bytes after the buyer's hash. */
    byte[] body() {
        return Arrays.copyOfRange(bytes, holdsBuyer() ? buyerAt + Long.BYTES : buyerAt, endOffset());
    }

    /** Returns the body of an order event with this order id or, if it is null, with the hash of the id. */
    byte[] orderBody(byte[] id) {
        int custodiansLength = endOffset() - custodiansAt;
        byte[] body = new byte[Integer.BYTES + 5 + (id == null ? 0 : id.length) + custodiansLength];
        EntryBytes.putInt(body, 0, eventHash);
        int to = Integer.BYTES;
        if (id == null) {
            EntryBytes.putInt(body, to, orderHash());
            to += Integer.BYTES;
        } else {
            to = EntryBytes.putOrderId(body, to, id);
        }
        System.arraycopy(bytes, custodiansAt, body, to, custodiansLength);
        return Arrays.copyOf(body, to + custodiansLength);
    }

    /** Returns whether this order event has a custodian. */
    boolean hasCustodians() {
        at = custodiansAt;
        return custodianCountBits() != 0 && custodianCount() > 0;
    }

    /** Returns whether this order event says that the buyer is a decoy. */
    boolean isOfDecoy() {
        at = custodiansAt;
        custodianCount();
        return ofDecoy;
    }

    /** Returns the bits of the kind with the number of custodians. */
    int custodianCountBits() {
        return kind & 0xFF & -(1 << BuyerLog.CUSTODIANS_SHIFT);
    }

    byte[] orderIdBytes() {
        readOrderId();
        return Arrays.copyOf(orderId, orderIdLength);
    }

    /** Returns whether the buyer had no previous entry, not even an expired one. */
    boolean isFirst() {
        return first;
    }

    /**
     * Returns the time at which it became known, in epoch milliseconds: when an event occurred, or a contact was
     * reported.
     */
    long knownAt() {
        return isOrderEvent() ? time : reportedAt();
    }

    boolean isOrderEvent() {
        return (kind & BuyerLog.CONTACT) == 0;
    }

    /** Returns whether this is an entry of the past. */
    boolean isPast() {
        return log.isPast();
    }

    /** Returns whether this entry holds the hash of its buyer; not each entry of the past does. */
    boolean holdsBuyer() {
        return !isPast() || (kind & BuyerLog.HOLDS_BUYER) != 0;
    }

    /** Returns whether no previous entry of the buyer has a later time. */
    boolean inOrder() {
        return (kind & BuyerLog.IN_ORDER) != 0;
    }

    boolean isErased() {
        return (kind & BuyerLog.ERASED) != 0;
    }

    /** Returns the time of the event or of the contact, in epoch milliseconds; of an expired event, its week. */
    long time() {
        return time;
    }

    /** Returns the hash of the buyer, if {@link #holdsBuyer}. */
    long buyer() {
        return buyer;
    }

    int eventHash() {
        return eventHash;
    }

    int orderHash() {
        readOrderId();
        return orderHash;
    }

    /** Returns whether this entry holds the order's id, rather than an earlier one of the same order. */
    boolean holdsOrderId() {
        return (kind & BuyerLog.HOLDS_ORDER_ID) != 0;
    }

    String orderId() {
        readOrderId();
        return new String(orderId, 0, orderIdLength, StandardCharsets.UTF_8);
    }

    /** Returns the numbers of the custodians in this task; decoded only by this call. */
    int[] custodianNumbers() {
        at = custodiansAt;
        access = false;
        int[] numbers = new int[custodianCount()];
        if (withDetails) {
            saw = new int[numbers.length];
            marks = new int[numbers.length];
        }
        for (int i = 0; i < numbers.length; i++) {
            numbers[i] = (int) varint();
            if (withDetails) {
                int details = (int) varint();
                access |= (details & BuyerLog.ACCESSED) != 0;
                saw[i] = ((details & BuyerLog.ACCESSED - 1) >> 1) - 1;
                if ((details & 1) != 0) {
                    marks[i] = EntryBytes.intAt(bytes, at);
                    at += Integer.BYTES;
                }
            }
        }
        return numbers;
    }

    /**
     * Returns the bits of the fields that a custodian saw, or {@link Fields#OF_ROLE}.
     *
     * @param index its place among those that {@link #custodianNumbers} returned last
     */
    int saw(int index) {
        return withDetails ? saw[index] : Fields.OF_ROLE;
    }

    /** Returns the hash of a custodian's mark, or 0; as {@link #saw}. */
    int mark(int index) {
        return withDetails ? marks[index] : 0;
    }

    /** Returns whether the custodians accessed the order by this event; as {@link #saw}. */
    boolean isAccess() {
        return access;
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

    /** Returns who reported this contact, or null if that is unknown. */
    ReportSource source() {
        int number = kind >>> BuyerLog.SOURCE_SHIFT & BuyerLog.SOURCE_MASK;
        return number == 0 ? null : SOURCES[number - 1];
    }

    /** Returns whether an order of the buyer is known that precedes this contact by more than a window. */
    boolean orderedBeforeWindow() {
        return (kind & BuyerLog.ORDERED_BEFORE_WINDOW) != 0;
    }

    /** Returns the hash of the mark that came back, or 0. */
    int disclosedMark() {
        return disclosedMark;
    }

    /** Returns which number was dialled, or null if that is unknown. */
    Dialled dialled() {
        return dialled;
    }

    /** Returns the order for which the virtual number that was dialled stood, or null. */
    String dialledOrderId() {
        return dialledOrderId.isEmpty() ? null : dialledOrderId;
    }

    /** Returns what the scammer left that other contacts may share. */
    ContactTraces traces() {
        return traces;
    }

    /** Returns the order that the caller named, or null. */
    String quotedOrderId() {
        return quotedOrderId.isEmpty() ? null : quotedOrderId;
    }
}
