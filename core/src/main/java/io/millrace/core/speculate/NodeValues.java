package io.millrace.core.speculate;

/**
 * Bins for probabilities, sixteen per factor of two, so that thousands of nodes are ranked without
 * sorting. A greater probability is never in a lower bin.
 */
final class NodeValues {

    static final int BINS = 256;

    /** Coarser bins, two per factor of two. */
    static final int COARSE_BINS = 32;

    private static final int MANTISSA_SHIFT = 19;
    private static final int LOWEST = 111 << 4;
    private static final int COARSE_SHIFT = 3;

    private NodeValues() {}

    static int bin(float probability) {
        int bin = (Float.floatToRawIntBits(probability) >> MANTISSA_SHIFT) - LOWEST;
        return Math.max(0, Math.min(BINS - 1, bin));
    }

    static int coarse(int bin) {
        return bin >> COARSE_SHIFT;
    }
}
