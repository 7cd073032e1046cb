package io.millrace.core.codec;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInput;
import java.io.DataInputStream;
import java.io.DataOutput;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;

/**
 * Values with their version in front, so that every value can be read alone: one byte of version,
 * then what the codec wrote. Thread-safe.
 */
public final class Codecs {

    private Codecs() {}

    /** Writes version and value. */
    public static <T> void write(Codec<T> codec, T value, DataOutput out) throws IOException {
        out.writeByte(codec.version());
        codec.write(value, out);
    }

    /**
     * Reads what {@link #write} wrote.
     *
     * @throws IOException if the version is newer than the codec, or the value is not well formed
     */
    public static <T> T read(Codec<T> codec, DataInput in) throws IOException {
        int version = in.readByte();
        if (version < 1 || version > codec.version()) {
            throw new IOException(
                    "version of %s: %d (expected: 1 to %d; was it written by a newer release?)"
                            .formatted(codec.type().getSimpleName(), version, codec.version()));
        }
        try {
            return codec.read(version, in);
        } catch (RuntimeException e) {
            throw new IOException(
                    "bytes of a %s are damaged: %s"
                            .formatted(codec.type().getSimpleName(), e.getMessage()),
                    e);
        }
    }

    /** The value as bytes of its own. */
    public static <T> byte[] toBytes(Codec<T> codec, T value) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(256);
        try {
            write(codec, value, new DataOutputStream(bytes));
        } catch (IOException e) {
            throw new UncheckedIOException("memory cannot be written to", e);
        }
        return bytes.toByteArray();
    }

    /**
     * Reads what {@link #toBytes} wrote.
     *
     * @throws IOException as {@link #read}, or if bytes are left over
     */
    public static <T> T fromBytes(Codec<T> codec, byte[] bytes) throws IOException {
        DataInputStream in = new DataInputStream(new ByteArrayInputStream(bytes));
        T value = read(codec, in);
        if (in.available() > 0) {
            throw new IOException(
                    "bytes of a %s: %d left over (expected: none)"
                            .formatted(codec.type().getSimpleName(), in.available()));
        }
        return value;
    }
}
