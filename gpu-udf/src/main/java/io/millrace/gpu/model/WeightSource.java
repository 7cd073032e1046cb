package io.millrace.gpu.model;

import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.util.Set;

/**
 * Named tensors of one checkpoint, read where they lie. Holds no open file and needs no closing;
 * safe for use by many threads. Every method that takes a name throws {@link ModelFormatException}
 * if there is no such tensor, if its type is not readable, or if the file changed since it was
 * opened.
 */
public interface WeightSource {

    /** The names, in the order of the file. */
    Set<String> names();

    /** Type, shape and place of a tensor. */
    TensorInfo info(String name);

    /** Writes all values, row-major, and advances the target by as many. */
    default void readFloats(String name, FloatBuffer target) {
        readRows(name, 0, info(name).rows(), target);
    }

    /**
     * Writes the values of some rows and advances the target by as many. For tensors with more
     * values than a buffer holds.
     *
     * @throws IllegalArgumentException if the rows are not all in the tensor or the target is too
     *     small
     */
    void readRows(String name, long firstRow, long rows, FloatBuffer target);

    /**
     * The bytes as they are in the file, mapped and read-only, little-endian.
     *
     * @throws IllegalArgumentException if they are more than 2 GiB: use {@link #rawRows}
     */
    default ByteBuffer raw(String name) {
        return rawRows(name, 0, info(name).rows());
    }

    /** As {@link #raw}, of some rows. */
    ByteBuffer rawRows(String name, long firstRow, long rows);
}
