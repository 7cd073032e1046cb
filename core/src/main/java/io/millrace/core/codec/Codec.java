package io.millrace.core.codec;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.io.Serializable;

/**
 * How one type is written as bytes and read back, for as long as bytes of an old version exist.
 * Implementations are stateless, so any thread may use them, and have a public constructor without
 * arguments, by which a restored checkpoint finds them.
 */
public interface Codec<T> extends Serializable {

    /** The type that it writes. */
    Class<T> type();

    /** The version that {@link #write} produces, 1 to 127; raised when the bytes change. */
    int version();

    /** Writes a value in the current version. */
    void write(T value, DataOutput out) throws IOException;

    /**
     * Reads a value of the given version, which may be older than {@link #version()}.
     *
     * @throws IOException if the bytes are not a value of that version
     */
    T read(int version, DataInput in) throws IOException;
}
