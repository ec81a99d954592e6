package io.leaktrace.localize;

import java.util.Arrays;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Counts by time bucket, ascending, without zero counts, in 12 bytes each. It is optimised for buckets that are added in
 * ascending order.
 */
final class BucketCounts {

    private long[] buckets = new long[2];
    private int[] counts = new int[2];
    private int size;

    void add(long bucket, int change) {
        int at = size > 0 && buckets[size - 1] < bucket ? -size - 1 : Arrays.binarySearch(buckets, 0, size, bucket);
        if (at < 0) {
            insert(-at - 1, bucket, change);
            return;
        }
        counts[at] += change;
        if (counts[at] == 0) {
            remove(at, at + 1);
        }
    }

    private void insert(int at, long bucket, int count) {
        if (count == 0) {
            return;
        }
        if (size == buckets.length) {
            buckets = Arrays.copyOf(buckets, 2 * size);
            counts = Arrays.copyOf(counts, 2 * size);
        }
        System.arraycopy(buckets, at, buckets, at + 1, size - at);
        System.arraycopy(counts, at, counts, at + 1, size - at);
        buckets[at] = bucket;
        counts[at] = count;
        size++;
    }

    private void remove(int from, int to) {
        System.arraycopy(buckets, to, buckets, from, size - to);
        System.arraycopy(counts, to, counts, from, size - to);
        size -= to - from;
    }

    void forgetBefore(long bucket) {
        int old = 0;
        while (old < size && buckets[old] < bucket) {
            old++;
        }
        if (old > 0) {
            remove(0, old);
        }
    }

    /** Adds up the counts of each span before a bucket, in the first bucket of the span: a multiple of its length. */
    void mergeBefore(long bucket, long span) {
        int end = firstPlaceFrom(bucket);
        int merged = 0;
        for (int i = 0; i < end; i++) {
            long first = Math.floorDiv(buckets[i], span) * span;
            if (merged > 0 && buckets[merged - 1] == first) {
                counts[merged - 1] += counts[i];
            } else {
                buckets[merged] = first;
                counts[merged++] = counts[i];
            }
            boolean isLastOfSpan = i + 1 == end || buckets[i + 1] >= first + span;
            if (isLastOfSpan && counts[merged - 1] == 0) {
                merged--;
            }
        }
        if (merged < end) {
            remove(merged, end);
        }
    }

    /** Returns the place of the first bucket that is not before a bucket; the size if there is none. */
    int firstPlaceFrom(long bucket) {
        int at = Arrays.binarySearch(buckets, 0, size, bucket);
        return at < 0 ? -at - 1 : at;
    }

    /** Returns the sum of the counts from a bucket to another one, exclusive. */
    int sum(long from, long until) {
        int sum = 0;
        for (int i = firstPlaceFrom(from); i < size && buckets[i] < until; i++) {
            sum += counts[i];
        }
        return sum;
    }

    boolean isEmpty() {
        return size == 0;
    }

    int size() {
        return size;
    }

    /** Returns the bucket number at a place from 0 to the size, exclusive. */
    long bucket(int place) {
        return buckets[place];
    }

    int count(int place) {
        return counts[place];
    }

    SortedMap<Long, Integer> toMap() {
        SortedMap<Long, Integer> map = new TreeMap<>();
        for (int i = 0; i < size; i++) {
            map.put(buckets[i], counts[i]);
        }
        return map;
    }
}
