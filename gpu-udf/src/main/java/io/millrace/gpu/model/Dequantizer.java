package io.millrace.gpu.model;

import java.nio.ByteBuffer;
import java.nio.FloatBuffer;

/**
 * Turns stored blocks into floats, a few thousand values at a time so that the copies stay in the
 * cache and the loops over arrays are vectorised. Block layouts: ggml, {@code ggml-common.h} and
 * {@code dequantize_row_*} of {@code ggml-quants.c}.
 */
final class Dequantizer {

    private static final int CHUNK = 4096;

    private Dequantizer() {}

    /** Decodes all of the source; the target has room and advances. */
    static void decode(TensorType type, ByteBuffer source, FloatBuffer target) {
        if (type == TensorType.F32) {
            target.put(source.asFloatBuffer());
            return;
        }
        int blocks = CHUNK / type.blockLength();
        byte[] bytes = new byte[blocks * type.blockBytes()];
        float[] floats = new float[CHUNK];
        while (source.hasRemaining()) {
            int length = Math.min(bytes.length, source.remaining());
            source.get(bytes, 0, length);
            int count = length / type.blockBytes();
            decode(type, bytes, count, floats);
            target.put(floats, 0, count * type.blockLength());
        }
    }

    private static void decode(TensorType type, byte[] bytes, int blocks, float[] out) {
        switch (type) {
            case F16 -> half(bytes, blocks, out);
            case BF16 -> bfloat(bytes, blocks, out);
            case Q8_0 -> eightBits(bytes, blocks, out);
            case Q4_0 -> fourBits(bytes, blocks, out);
            case Q4_1 -> fourBitsWithMinimum(bytes, blocks, out);
            default ->
                    throw new IllegalArgumentException("type: " + type + " (expected: readable)");
        }
    }

    private static void half(byte[] in, int count, float[] out) {
        for (int i = 0; i < count; i++) {
            out[i] = half(in, 2 * i);
        }
    }

    private static void bfloat(byte[] in, int count, float[] out) {
        for (int i = 0; i < count; i++) {
            out[i] = Float.intBitsToFloat(((in[2 * i] & 0xff) << 16) | (in[2 * i + 1] << 24));
        }
    }

    private static void eightBits(byte[] in, int blocks, float[] out) {
        for (int block = 0; block < blocks; block++) {
            int from = block * 34 + 2;
            int to = block * 32;
            float scale = half(in, from - 2);
            for (int i = 0; i < 32; i++) {
                out[to + i] = scale * in[from + i];
            }
        }
    }

    private static void fourBits(byte[] in, int blocks, float[] out) {
        for (int block = 0; block < blocks; block++) {
            int from = block * 18 + 2;
            int to = block * 32;
            float scale = half(in, from - 2);
            for (int i = 0; i < 16; i++) {
                int pair = in[from + i];
                out[to + i] = scale * ((pair & 15) - 8);
                out[to + 16 + i] = scale * (((pair >> 4) & 15) - 8);
            }
        }
    }

    private static void fourBitsWithMinimum(byte[] in, int blocks, float[] out) {
        for (int block = 0; block < blocks; block++) {
            int from = block * 20 + 4;
            int to = block * 32;
            float scale = half(in, from - 4);
            float minimum = half(in, from - 2);
            for (int i = 0; i < 16; i++) {
                int pair = in[from + i];
                out[to + i] = scale * (pair & 15) + minimum;
                out[to + 16 + i] = scale * ((pair >> 4) & 15) + minimum;
            }
        }
    }

    /** IEEE 754 binary16; {@code Float.float16ToFloat} came with Java 20. */
    private static float half(byte[] in, int at) {
        int bits = (in[at] & 0xff) | (in[at + 1] << 8);
        int sign = bits & 0x8000_0000;
        int exponent = bits & 0x7c00;
        int mantissa = bits & 0x3ff;
        if (exponent == 0) {
            return sign < 0 ? mantissa * -0x1p-24f : mantissa * 0x1p-24f;
        }
        int widened = exponent == 0x7c00 ? 0x7f80_0000 : (exponent << 13) + (112 << 23);
        return Float.intBitsToFloat(sign | widened | (mantissa << 13));
    }
}
