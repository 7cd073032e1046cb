package io.millrace.core.cluster;

/** A 64-bit hash that is the same in every process and version: results end up in keyed state. */
final class Hashing {

    /** The hash of nothing. */
    static final long START = 0x9E3779B97F4A7C15L;

    private Hashing() {}

    static long add(long hash, long value) {
        return mix(hash ^ mix(value + START));
    }

    static long add(long hash, String text) {
        long result = add(hash, text.length());
        for (int i = 0; i < text.length(); i++) {
            result = add(result, text.charAt(i));
        }
        return result;
    }

    // The finaliser of SplitMix64 (Steele, Lea, Flood 2014).
    private static long mix(long value) {
        long z = (value ^ (value >>> 30)) * 0xBF58476D1CE4E5B9L;
        z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
        return z ^ (z >>> 31);
    }
}
