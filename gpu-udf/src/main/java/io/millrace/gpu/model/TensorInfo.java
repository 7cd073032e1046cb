package io.millrace.gpu.model;

import java.nio.file.Path;
import java.util.Arrays;

/**
 * Where a tensor lies and how: checked against its file when the file was opened. Immutable by
 * convention: the shape is not to be written to.
 *
 * @param shape outermost dimension first, as in {@code [out, in]}, in either file format
 * @param offset of its first byte in the file
 * @param bytes how many it takes there
 */
public record TensorInfo(
        String name, TensorType type, long[] shape, Path file, long offset, long bytes) {

    /** The number of values. */
    public long elements() {
        return Arrays.stream(shape).reduce(1, (left, right) -> left * right);
    }

    /** The innermost dimension; a scalar is a row of one. */
    public long rowLength() {
        return shape.length == 0 ? 1 : shape[shape.length - 1];
    }

    /** The product of all dimensions but the innermost. */
    public long rows() {
        return Arrays.stream(shape)
                .limit(Math.max(0, shape.length - 1))
                .reduce(1, (left, right) -> left * right);
    }

    /** The bytes of a row: rows are stored one after the other. */
    public long rowBytes() {
        return rowLength() / type.blockLength() * type.blockBytes();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof TensorInfo that
                && name.equals(that.name)
                && type == that.type
                && Arrays.equals(shape, that.shape)
                && file.equals(that.file)
                && offset == that.offset
                && bytes == that.bytes;
    }

    @Override
    public int hashCode() {
        return 31 * name.hashCode() + Long.hashCode(offset);
    }

    @Override
    public String toString() {
        return name + " " + type + Arrays.toString(shape) + " at " + offset + " of " + file;
    }
}
