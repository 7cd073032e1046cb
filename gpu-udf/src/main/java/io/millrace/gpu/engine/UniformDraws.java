package io.millrace.gpu.engine;

/**
 * Uniform numbers addressed by (seed, position) instead of drawn from a state, so that a generation
 * that goes on after a failure meets the same numbers. The mixer is SplitMix64's (Steele et al.
 * 2014).
 */
final class UniformDraws {

    private static final long GOLDEN = 0x9E37_79B9_7F4A_7C15L;

    private UniformDraws() {}

    /** A number in [0, 1) with 53 random bits. */
    static double at(long seed, int position) {
        return (mix(mix(seed + GOLDEN) + GOLDEN * (position + 1L)) >>> 11) * 0x1.0p-53;
    }

    private static long mix(long value) {
        long z = value;
        z = (z ^ (z >>> 30)) * 0xBF58_476D_1CE4_E5B9L;
        z = (z ^ (z >>> 27)) * 0x94D0_49BB_1331_11EBL;
        return z ^ (z >>> 31);
    }
}
