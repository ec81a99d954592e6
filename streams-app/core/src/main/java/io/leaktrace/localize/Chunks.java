package io.leaktrace.localize;

/** Places in an array for elements that are found in chunks, and sorted by a key. */
final class Chunks {

    private Chunks() {}

    /**
     * Replaces numbers of elements, by chunk and key, by the place of the first of them, if the elements are sorted by key
     * and then by chunk.
     *
     * @return the place of each key's first element; one more than keys, with the number of all elements
     */
    static int[] places(int[][] counts, int keys) {
        int[] first = new int[keys + 1];
        int place = 0;
        for (int key = 0; key < keys; key++) {
            first[key] = place;
            for (int[] ofChunk : counts) {
                int count = ofChunk[key];
                ofChunk[key] = place;
                place += count;
            }
        }
        first[keys] = place;
        return first;
    }
}
