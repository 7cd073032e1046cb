package io.millrace.core.codec;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The parts that all codecs are made of; numbers are big-endian and of fixed width. */
final class Wire {

    private Wire() {}

    /** Writes one element. */
    interface Writer<T> {
        void write(T value, DataOutput out) throws IOException;
    }

    /** Reads one element. */
    interface Reader<T> {
        T read(DataInput in) throws IOException;
    }

    /**
     * UTF-8 with its length in front. A string with an unpaired surrogate has no UTF-8 and still
     * must come back unchanged (it may be an id that a client is told about): such a one is UTF-16
     * and its length is written as its complement.
     */
    static void writeString(String value, DataOutput out) throws IOException {
        boolean encodable = isEncodable(value);
        byte[] bytes = encodable ? value.getBytes(UTF_8) : toUtf16(value);
        out.writeInt(encodable ? bytes.length : ~bytes.length);
        out.write(bytes);
    }

    static String readString(DataInput in) throws IOException {
        int length = in.readInt();
        byte[] bytes = new byte[length >= 0 ? length : ~length];
        in.readFully(bytes);
        return length >= 0 ? new String(bytes, UTF_8) : fromUtf16(bytes);
    }

    /** By hand: the encoders of the JDK replace unpaired surrogates. */
    private static byte[] toUtf16(String value) {
        byte[] bytes = new byte[2 * value.length()];
        for (int i = 0; i < value.length(); i++) {
            bytes[2 * i] = (byte) (value.charAt(i) >>> 8);
            bytes[2 * i + 1] = (byte) value.charAt(i);
        }
        return bytes;
    }

    private static String fromUtf16(byte[] bytes) {
        char[] characters = new char[bytes.length / 2];
        for (int i = 0; i < characters.length; i++) {
            characters[i] = (char) ((bytes[2 * i] & 0xff) << 8 | (bytes[2 * i + 1] & 0xff));
        }
        return new String(characters);
    }

    private static boolean isEncodable(String value) {
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            if (Character.isHighSurrogate(c)
                    && i + 1 < value.length()
                    && Character.isLowSurrogate(value.charAt(i + 1))) {
                i++;
            } else if (Character.isSurrogate(c)) {
                return false;
            }
        }
        return true;
    }

    static void writeNullableString(@Nullable String value, DataOutput out) throws IOException {
        out.writeBoolean(value != null);
        if (value != null) {
            writeString(value, out);
        }
    }

    static @Nullable String readNullableString(DataInput in) throws IOException {
        return in.readBoolean() ? readString(in) : null;
    }

    static void writeBytes(byte[] value, DataOutput out) throws IOException {
        out.writeInt(value.length);
        out.write(value);
    }

    static byte[] readBytes(DataInput in) throws IOException {
        byte[] bytes = new byte[readLength(in)];
        in.readFully(bytes);
        return bytes;
    }

    static void writeInts(int[] values, DataOutput out) throws IOException {
        out.writeInt(values.length);
        for (int value : values) {
            out.writeInt(value);
        }
    }

    static int[] readInts(DataInput in) throws IOException {
        int[] values = new int[readLength(in)];
        for (int i = 0; i < values.length; i++) {
            values[i] = in.readInt();
        }
        return values;
    }

    static <T> void writeList(List<T> values, Writer<T> writer, DataOutput out) throws IOException {
        out.writeInt(values.size());
        for (T value : values) {
            writer.write(value, out);
        }
    }

    static <T> List<T> readList(Reader<T> reader, DataInput in) throws IOException {
        int size = readLength(in);
        List<T> values = new ArrayList<>(Math.min(size, 1024));
        for (int i = 0; i < size; i++) {
            values.add(reader.read(in));
        }
        return values;
    }

    /** By name: the order of constants may change, their names may not. */
    static void writeEnum(Enum<?> value, DataOutput out) throws IOException {
        out.writeUTF(value.name());
    }

    static <E extends Enum<E>> E readEnum(Class<E> type, DataInput in) throws IOException {
        return Enum.valueOf(type, in.readUTF());
    }

    /** An unknown case of a sealed type. */
    static IOException unknownCase(String type, int tag) {
        return new IOException("case of %s: %d (expected: a known one)".formatted(type, tag));
    }

    private static int readLength(DataInput in) throws IOException {
        int length = in.readInt();
        if (length < 0) {
            throw new IOException("length: " + length + " (expected: 0 or more)");
        }
        return length;
    }
}
