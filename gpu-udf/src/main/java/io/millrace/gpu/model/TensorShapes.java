package io.millrace.gpu.model;

import java.nio.file.Path;
import java.util.Arrays;

/** What a shape implies for the bytes of a tensor, without overflow. */
final class TensorShapes {

    private TensorShapes() {}

    /** The bytes that a tensor must take. */
    static long bytes(Path file, String name, TensorType type, long[] shape) {
        long elements = 1;
        for (long dimension : shape) {
            if (dimension < 0 || (dimension > 0 && elements > Long.MAX_VALUE / 8 / dimension)) {
                throw ModelFormatException.of(
                        file,
                        "tensor " + name + ": shape",
                        Arrays.toString(shape),
                        "dimensions whose product fits a file");
            }
            elements *= dimension;
        }
        long row = shape.length == 0 ? 1 : shape[shape.length - 1];
        if (row % type.blockLength() != 0) {
            throw ModelFormatException.of(
                    file,
                    "tensor " + name + ": row length",
                    row,
                    "a multiple of " + type.blockLength() + ", the block of " + type);
        }
        return elements / type.blockLength() * type.blockBytes();
    }

    static String text(TensorType type, long[] shape) {
        return type + Arrays.toString(shape);
    }
}
