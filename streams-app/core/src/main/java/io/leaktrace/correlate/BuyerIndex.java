package io.leaktrace.correlate;

import io.leaktrace.domain.EventTime;
import it.unimi.dsi.fastutil.objects.ObjectArrayList;

/**
 * Index of the buyers' logs: for each buyer the positions of its latest entry in the buyer log and in the long memory,
 * and a compact cache of its recent events. The next event of the buyer nearly always needs only this cache, and no scan
 * of entries that lie far apart in memory or on disk.
 *
 * <p>If a buyer's events are not cached, a scan of the log finds them, and they can be cached again. Nothing here is
 * saved, since it is derived from the logs.
 *
 * <p>An event is 64 bits: the hash of its order in the upper 32, then 16 of the hash of the event, then the lowest 16
 * bits of the hour of its time, which are unambiguous within {@link #HOURS_APART} hours.
 *
 * <p>In memory, a buyer is a cell of 24 bytes and 8 for each event that it has room for ({@link #ROOMS}), and 8 bytes in
 * a hash table. Cells of the same room lie side by side without gaps: the last one of them moves into a gap.
 */
final class BuyerIndex implements BuyerLog.LatestEntries {

    /** Maximum number of cached events; a buyer with more recent events must be scanned. */
    static final int MAX_EVENTS = 120;

    /** Maximum number of hours between cached events and the next event; two windows are shorter. */
    private static final long HOURS_APART = 1 << Short.SIZE;

    // A cell: the buyer; the position in the buyer log, and half of the details; the position in the long memory, and
    // the other half; events in time order.
    private static final int LATEST = 1;
    private static final int PAST = 2;
    private static final int EVENTS = 3;

    /** Low bits of both positions, of which all together are the details. */
    private static final int DETAIL_BITS = 19;

    private static final long DETAIL_MASK = (1 << DETAIL_BITS) - 1;

    // The details: number of events, 0 if they are not cached; of the time of the latest entry, the hour without those
    // bits that the latest event has, and the milliseconds since.
    private static final int COUNT_BITS = 7;
    private static final int HOUR_BITS = 9;
    private static final int MILLIS_SHIFT = COUNT_BITS + HOUR_BITS;

    /** Numbers of events that cells have room for: nearly exact for most buyers, within a third for those with many. */
    private static final int[] ROOMS = {0, 2, 4, 6, 8, 10, 12, 14, 16, 20, 26, 34, 46, 62, 84, MAX_EVENTS};

    /** For each number of events, the smallest room, as an index. */
    private static final byte[] ROOM_FOR = new byte[MAX_EVENTS + 1];

    static {
        for (int events = 1; events <= MAX_EVENTS; events++) {
            byte room = ROOM_FOR[events - 1];
            ROOM_FOR[events] = events <= ROOMS[room] ? room : (byte) (room + 1);
        }
    }

    // An entry of the table: the highest bits of the buyer's hash, which also determine its place, the room of the
    // cell, and its number plus 1; 0 if it is empty.
    private static final int TAG_SHIFT = 36;
    private static final int ROOM_SHIFT = 32;
    private static final int ROOM_MASK = 15;

    private static final int MIN_CAPACITY = 16;

    private long[] table = new long[MIN_CAPACITY];
    private int size;
    private final Cells[] rooms = new Cells[ROOMS.length];

    /** The buyer that was found last, its place in the table, and its cell; null as page if there is none. */
    private long buyer;

    private int place;
    private long[] page;
    private int at;

    /** Never used; prevents the JIT compiler from removing the read in {@link #fetch}. */
    private long fetched;

    /** The cells of one room, in pages. */
    private static final class Cells {

        private static final int PAGE_BITS = 6;
        private static final int PAGE_MASK = (1 << PAGE_BITS) - 1;

        private final int length;
        private final ObjectArrayList<long[]> pages = new ObjectArrayList<>();
        private int count;

        Cells(int events) {
            length = EVENTS + events;
        }

        long[] page(int cell) {
            return pages.get(cell >>> PAGE_BITS);
        }

        int offset(int cell) {
            return (cell & PAGE_MASK) * length;
        }

        int add() {
            if (count >>> PAGE_BITS == pages.size()) {
                pages.add(new long[length << PAGE_BITS]);
            }
            return count++;
        }

        void removeLast() {
            count--;
            // One more stays, so that a cell that comes and goes does not make a page each time.
            while (pages.size() > (count >>> PAGE_BITS) + 2) {
                pages.pop();
            }
        }
    }

    BuyerIndex() {
        for (int room = 0; room < rooms.length; room++) {
            rooms[room] = new Cells(ROOMS[room]);
        }
    }

    /** Reads the data of a buyer, so that they are in the CPU cache for the next access. */
    void fetch(long wanted) {
        if (find(wanted)) {
            fetched += page[at + LATEST];
        }
    }

    /** Moves to a buyer; returns false if it is unknown. */
    boolean find(long wanted) {
        if (page != null && buyer == wanted) {
            return true;
        }
        long tag = wanted >>> TAG_SHIFT;
        for (int i = home(tag); table[i] != 0; i = next(i)) {
            long entry = table[i];
            if (entry >>> TAG_SHIFT == tag) {
                Cells cells = rooms[room(entry)];
                int cell = cell(entry);
                long[] candidate = cells.page(cell);
                int offset = cells.offset(cell);
                if (candidate[offset] == wanted) {
                    moveTo(wanted, i, candidate, offset);
                    return true;
                }
            }
        }
        page = null;
        return false;
    }

    private void moveTo(long found, int foundPlace, long[] foundPage, int offset) {
        buyer = found;
        place = foundPlace;
        page = foundPage;
        at = offset;
    }

    private int home(long tag) {
        return (int) (tag * table.length >>> Long.SIZE - TAG_SHIFT);
    }

    private int next(int i) {
        return i + 1 == table.length ? 0 : i + 1;
    }

    private static int room(long entry) {
        return (int) (entry >>> ROOM_SHIFT) & ROOM_MASK;
    }

    private static int cell(long entry) {
        return (int) entry - 1;
    }

    private static long entry(long ofBuyer, int room, int cell) {
        return ofBuyer >>> TAG_SHIFT << TAG_SHIFT | (long) room << ROOM_SHIFT | cell + 1 & 0xFFFF_FFFFL;
    }

    private void findOrAdd(long wanted) {
        if (find(wanted)) {
            return;
        }
        // At 85% full, the table grows by a fifth.
        if (size >= table.length / 20 * 17) {
            rehash(table.length + table.length / 5 + 1);
        }
        size++;
        int cell = rooms[0].add();
        int free = home(wanted >>> TAG_SHIFT);
        while (table[free] != 0) {
            free = next(free);
        }
        table[free] = entry(wanted, 0, cell);
        moveTo(wanted, free, rooms[0].page(cell), rooms[0].offset(cell));
        page[at] = wanted;
        page[at + LATEST] = 0;
        page[at + PAST] = 0;
    }

    /** The place of an entry is determined by itself, so no cell is read. */
    private void rehash(int capacity) {
        long[] before = table;
        table = new long[capacity];
        for (long entry : before) {
            if (entry != 0) {
                int free = home(entry >>> TAG_SHIFT);
                while (table[free] != 0) {
                    free = next(free);
                }
                table[free] = entry;
            }
        }
        page = null;
    }

    /** Removes the current buyer. */
    private void delete() {
        long entry = table[place];
        removeFromTable(place);
        free(room(entry), cell(entry));
        page = null;
        size--;
        if (size < table.length / 3 && table.length > MIN_CAPACITY) {
            rehash(Math.max(MIN_CAPACITY, size + size / 3));
        }
    }

    /** Moves later entries forward that would not be found behind a gap. */
    private void removeFromTable(int removed) {
        int gap = removed;
        for (int i = next(gap); table[i] != 0; i = next(i)) {
            int home = home(table[i] >>> TAG_SHIFT);
            boolean isBetween = gap <= i ? gap < home && home <= i : gap < home || home <= i;
            if (!isBetween) {
                table[gap] = table[i];
                gap = i;
            }
        }
        table[gap] = 0;
    }

    /** Frees a cell that no entry of the table has any more. */
    private void free(int room, int cell) {
        Cells cells = rooms[room];
        int last = cells.count - 1;
        if (cell != last) {
            long[] from = cells.page(last);
            int offset = cells.offset(last);
            System.arraycopy(from, offset, cells.page(cell), cells.offset(cell), cells.length);
            long moved = entry(from[offset], room, last);
            int i = home(moved >>> TAG_SHIFT);
            while (table[i] != moved) {
                i = next(i);
            }
            table[i] = entry(from[offset], room, cell);
        }
        cells.removeLast();
    }

    /** Moves the current buyer to a cell with another room, without its events. */
    private void resize(int room) {
        long entry = table[place];
        if (room(entry) == room) {
            return;
        }
        int cell = rooms[room].add();
        long[] to = rooms[room].page(cell);
        int offset = rooms[room].offset(cell);
        System.arraycopy(page, at, to, offset, EVENTS);
        table[place] = entry(buyer, room, cell);
        free(room(entry), cell(entry));
        moveTo(buyer, place, to, offset);
    }

    @Override
    public long latestOf(long wanted) {
        return find(wanted) ? latest() : 0;
    }

    /** Returns the position of the current buyer's latest entry in the buyer log, or 0. */
    private long latest() {
        return page[at + LATEST] >>> DETAIL_BITS;
    }

    /** Sets the position of the buyer's latest entry; discards the cached events. */
    @Override
    public void setLatest(long wanted, long position) {
        findOrAdd(wanted);
        page[at + LATEST] = checked(position) << DETAIL_BITS;
        page[at + PAST] &= ~DETAIL_MASK;
    }

    private static long checked(long position) {
        if (position >>> Long.SIZE - DETAIL_BITS != 0) {
            throw new IllegalStateException("the buyers' log has had 35 TB of data: reset the application's state");
        }
        return position;
    }

    @Override
    public void remove(long wanted) {
        if (!find(wanted)) {
            return;
        }
        page[at + LATEST] = 0;
        page[at + PAST] &= ~DETAIL_MASK;
        if (page[at + PAST] == 0) {
            delete();
        } else {
            resize(0);
        }
    }

    /** Returns the latest entries in the long memory. */
    BuyerLog.LatestEntries past() {
        return new BuyerLog.LatestEntries() {
            @Override
            public long latestOf(long wanted) {
                return find(wanted) ? page[at + PAST] >>> DETAIL_BITS : 0;
            }

            @Override
            public void setLatest(long wanted, long position) {
                findOrAdd(wanted);
                page[at + PAST] = checked(position) << DETAIL_BITS | page[at + PAST] & DETAIL_MASK;
            }

            @Override
            public void remove(long wanted) {
                if (find(wanted)) {
                    removePast();
                }
            }
        };
    }

    /** Returns whether the events of the buyer that {@link #find} has moved to are cached. */
    boolean isCached() {
        return count() > 0;
    }

    /** Removes all positions in the long memory before this one. */
    void removePastBefore(long position) {
        for (Cells cells : rooms) {
            // From the last one, since that moves into the gap of a removed one.
            for (int cell = cells.count - 1; cell >= 0; cell--) {
                long[] cellPage = cells.page(cell);
                int offset = cells.offset(cell);
                long ofCell = cellPage[offset + PAST] >>> DETAIL_BITS;
                if (ofCell != 0 && ofCell < position) {
                    find(cellPage[offset]);
                    removePast();
                }
            }
        }
    }

    /** Removes the position in the long memory of the current buyer. */
    private void removePast() {
        page[at + PAST] &= DETAIL_MASK;
        if (latest() == 0) {
            delete();
        }
    }

    private long details() {
        return page[at + LATEST] & DETAIL_MASK | (page[at + PAST] & DETAIL_MASK) << DETAIL_BITS;
    }

    /** Returns the number of cached events. */
    int count() {
        return (int) (page[at + LATEST] & (1 << COUNT_BITS) - 1);
    }

    /** Returns the time of the latest entry in epoch milliseconds, if the events are cached. */
    long latestTime() {
        long details = details();
        long hour =
                (details >>> COUNT_BITS & (1 << HOUR_BITS) - 1) << Short.SIZE | eventAt(count() - 1) & HOURS_APART - 1;
        return hour * EventTime.HOUR + (details >>> MILLIS_SHIFT);
    }

    long eventAt(int number) {
        return page[at + EVENTS + number];
    }

    /**
     * Caches the events of a buyer, after {@link #setLatest}.
     *
     * @param latestTime time of the latest entry and event in epoch milliseconds; no entry of the buyer has a later time
     * @param events all that are relevant for the next event, made by {@link #event}, in time order: {@code count}
     *     elements from index {@code from} on
     */
    void cache(long wanted, long latestTime, long[] events, int from, int count) {
        long hour = EventTime.hourOf(latestTime);
        if (hour >>> HOUR_BITS + Short.SIZE != 0) {
            // Before 1970 or after 5700; a scan finds the events.
            return;
        }
        find(wanted);
        resize(ROOM_FOR[count]);
        long details = count | hour >>> Short.SIZE << COUNT_BITS | latestTime - hour * EventTime.HOUR << MILLIS_SHIFT;
        page[at + LATEST] = page[at + LATEST] & ~DETAIL_MASK | details & DETAIL_MASK;
        page[at + PAST] = page[at + PAST] & ~DETAIL_MASK | details >>> DETAIL_BITS;
        System.arraycopy(events, from, page, at + EVENTS, count);
    }

    static long event(int orderHash, int eventHash, long time) {
        return (long) orderHash << 32 | (eventHash & 0xFFFFL) << Short.SIZE | EventTime.hourOf(time) & HOURS_APART - 1;
    }

    static int orderHash(long event) {
        return (int) (event >>> 32);
    }

    /** Returns whether it may be the event with this hash. */
    static boolean maybeOf(long event, int eventHash) {
        return (event >>> Short.SIZE & 0xFFFF) == (eventHash & 0xFFFF);
    }

    /** Returns the hour of an event that is no later than the given hour. */
    static long hour(long event, long notAfter) {
        return notAfter - (notAfter - event & HOURS_APART - 1);
    }
}
