package io.leaktrace.benchmarks.contenders.compact;

/** 64-bit hashes of short texts: FNV-1a, with its bits mixed as MurmurHash3 does in the end. */
final class Hashes {

    private Hashes() {}

    static long of(byte[] bytes, int at, int length) {
        long hash = 0xCBF29CE484222325L;
        for (int i = at; i < at + length; i++) {
            hash = (hash ^ bytes[i] & 0xFF) * 0x100000001B3L;
        }
        hash = (hash ^ hash >>> 33) * 0xFF51AFD7ED558CCDL;
        hash = (hash ^ hash >>> 33) * 0xC4CEB9FE1A85EC53L;
        return hash ^ hash >>> 33;
    }
}
