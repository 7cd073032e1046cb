package io.millrace.gpu.model;

import java.util.Arrays;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * How the numbers of a tensor are stored. Types that are not {@link #readable()} may lie in a file
 * but cannot be weights.
 */
public enum TensorType {
    F32(0, 1, 4, true),
    F16(1, 1, 2, true),
    BF16(30, 1, 2, true),
    /** Blocks of 32: f16 scale and minimum, then 16 bytes of two 4-bit values each. */
    Q4_1(3, 32, 20, true),
    /** Blocks of 32: f16 scale, then 16 bytes of two 4-bit values each, offset by 8. */
    Q4_0(2, 32, 18, true),
    /** Blocks of 32: f16 scale, then 32 signed bytes. */
    Q8_0(8, 32, 34, true),
    F64(28, 1, 8, false),
    I64(27, 1, 8, false),
    I32(26, 1, 4, false),
    I16(25, 1, 2, false),
    I8(24, 1, 1, false),
    U64(-1, 1, 8, false),
    U32(-1, 1, 4, false),
    U16(-1, 1, 2, false),
    U8(-1, 1, 1, false),
    BOOL(-1, 1, 1, false),
    F8_E4M3(-1, 1, 1, false),
    F8_E5M2(-1, 1, 1, false);

    private final int ggufId;
    private final int blockLength;
    private final int blockBytes;
    private final boolean readable;

    TensorType(int ggufId, int blockLength, int blockBytes, boolean readable) {
        this.ggufId = ggufId;
        this.blockLength = blockLength;
        this.blockBytes = blockBytes;
        this.readable = readable;
    }

    /** How many consecutive values of a row share a block. */
    public int blockLength() {
        return blockLength;
    }

    /** The bytes of a block. */
    public int blockBytes() {
        return blockBytes;
    }

    /** Whether {@link WeightSource#readFloats} understands it. */
    public boolean readable() {
        return readable;
    }

    /** Whether values are stored one by one, so that the bytes are an array of that type. */
    public boolean plainFloat() {
        return readable && blockLength == 1;
    }

    /** The readable types, for messages. */
    static String readableNames() {
        return Arrays.stream(values())
                .filter(TensorType::readable)
                .map(Enum::name)
                .collect(Collectors.joining(", "));
    }

    /** Safetensors files know the unblocked types, by the names used here. */
    static Optional<TensorType> ofSafetensors(String name) {
        return Arrays.stream(values())
                .filter(type -> type.blockLength == 1 && type.name().equals(name))
                .findFirst();
    }

    static Optional<TensorType> ofGguf(int id) {
        return Arrays.stream(values()).filter(type -> id >= 0 && type.ggufId == id).findFirst();
    }
}
