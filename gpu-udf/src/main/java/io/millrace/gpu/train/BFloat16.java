package io.millrace.gpu.train;

/** The 16-bit form of float32's upper half. */
final class BFloat16 {

    private BFloat16() {}

    /** The nearest, ties to even; not for NaN. */
    static short bits(float value) {
        int bits = Float.floatToRawIntBits(value);
        int rounding = 0x7fff + ((bits >>> 16) & 1);
        return (short) ((bits + rounding) >>> 16);
    }

    static float value(short bits) {
        return Float.intBitsToFloat(bits << 16);
    }
}
