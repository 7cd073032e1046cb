package io.millrace.gpu.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.Random;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

final class DequantizerTest {

    @Property(tries = 300)
    void agreesWithTheDefinitionOfEveryType(
            @ForAll("types") TensorType type,
            @ForAll @IntRange(min = 0, max = 700) int blocks,
            @ForAll long seed) {
        byte[] bytes = new byte[blocks * type.blockBytes()];
        new Random(seed).nextBytes(bytes);

        float[] actual = decode(type, bytes);

        float[] expected = new float[blocks * type.blockLength()];
        for (int i = 0; i < expected.length; i++) {
            expected[i] = reference(type, bytes, i);
        }
        assertThat(actual).isEqualTo(expected);
    }

    @Provide
    Arbitrary<TensorType> types() {
        return Arbitraries.of(
                TensorType.F32,
                TensorType.F16,
                TensorType.BF16,
                TensorType.Q8_0,
                TensorType.Q4_0,
                TensorType.Q4_1);
    }

    @Test
    void decodesEveryHalfFloat() {
        byte[] bytes = new byte[2 << 16];
        for (int i = 0; i < 1 << 16; i++) {
            bytes[2 * i] = (byte) i;
            bytes[2 * i + 1] = (byte) (i >> 8);
        }

        float[] actual = decode(TensorType.F16, bytes);

        for (int i = 0; i < actual.length; i++) {
            int expected = Float.floatToRawIntBits(half(i));
            assertThat(Float.floatToRawIntBits(actual[i])).as("bits %x", i).isEqualTo(expected);
        }
    }

    private static float[] decode(TensorType type, byte[] bytes) {
        ByteBuffer source = ByteBuffer.allocateDirect(bytes.length).put(bytes).flip();
        int values = bytes.length / type.blockBytes() * type.blockLength();
        FloatBuffer target =
                ByteBuffer.allocateDirect(4 * values)
                        .order(ByteOrder.nativeOrder())
                        .asFloatBuffer();
        Dequantizer.decode(type, source.order(ByteOrder.LITTLE_ENDIAN), target);
        float[] result = new float[target.flip().remaining()];
        target.get(result);
        return result;
    }

    /** One value, straight from the description of the format. */
    private static float reference(TensorType type, byte[] bytes, int index) {
        ByteBuffer in = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        int start = index / type.blockLength() * type.blockBytes();
        int place = index % type.blockLength();
        return switch (type) {
            case F32 -> in.getFloat(start);
            case F16 -> half(in.getShort(start));
            case BF16 -> Float.intBitsToFloat(in.getShort(start) << 16);
            case Q8_0 -> half(in.getShort(start)) * in.get(start + 2 + place);
            case Q4_0 -> half(in.getShort(start)) * (nibble(in, start + 2, place) - 8);
            case Q4_1 ->
                    half(in.getShort(start)) * nibble(in, start + 4, place)
                            + half(in.getShort(start + 2));
            default -> throw new IllegalArgumentException(type.name());
        };
    }

    private static int nibble(ByteBuffer in, int start, int place) {
        int pair = in.get(start + place % 16);
        return place < 16 ? pair & 15 : (pair >> 4) & 15;
    }

    private static float half(int bits) {
        int exponent = (bits >> 10) & 31;
        int mantissa = bits & 1023;
        boolean negative = (bits & 0x8000) != 0;
        if (exponent == 31 && mantissa > 0) {
            int quiet = 0x7f80_0000 | (mantissa << 13) | (negative ? 0x8000_0000 : 0);
            return Float.intBitsToFloat(quiet);
        }
        float magnitude =
                switch (exponent) {
                    case 31 -> Float.POSITIVE_INFINITY;
                    case 0 -> Math.scalb((float) mantissa, -24);
                    default -> Math.scalb((float) (1024 + mantissa), exponent - 25);
                };
        return negative ? -magnitude : magnitude;
    }
}
