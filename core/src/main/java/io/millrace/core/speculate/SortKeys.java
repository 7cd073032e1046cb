package io.millrace.core.speculate;

/** Longs whose ascending order is that of descending scores, then of ascending indices. */
final class SortKeys {

    private static final long INDEX_MASK = 0xFFFF_FFFFL;

    private SortKeys() {}

    static long descending(float score, int index) {
        int bits = Float.floatToIntBits(score + 0f);
        // Floats order like ints, the negative ones backwards.
        int ascending = bits ^ ((bits >> 31) & Integer.MAX_VALUE);
        return ((long) ~ascending << 32) | (index & INDEX_MASK);
    }

    static int index(long key) {
        return (int) (key & INDEX_MASK);
    }
}
