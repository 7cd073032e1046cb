package io.millrace.connectors.file;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import org.apache.arrow.flatbuf.Message;
import org.apache.flink.annotation.Internal;
import org.jspecify.annotations.Nullable;

/**
 * How Arrow's IPC formats frame their messages: a continuation marker, the length of the metadata,
 * the metadata, the body; in a file behind eight bytes of magic. Stateless.
 */
@Internal
public final class ArrowFraming {

    /** What a file begins with, padding included. */
    public static final int FILE_HEAD_BYTES = 8;

    /** Marker and length before a message. */
    public static final int PREFIX_BYTES = 8;

    private static final byte[] MAGIC = {'A', 'R', 'R', 'O', 'W', '1', 0, 0};

    private static final byte[] END = {-1, -1, -1, -1, 0, 0, 0, 0};

    private static final int CONTINUATION = -1;

    /** No file is longer, and sums of such lengths do not overflow. */
    private static final long MAX_BODY_BYTES = 1L << 60;

    private ArrowFraming() {}

    /**
     * What a message is.
     *
     * @param type one of the constants of {@code org.apache.arrow.flatbuf.MessageHeader}
     * @param bodyBytes of its body, 0 or more
     */
    public record Header(byte type, long bodyBytes) {}

    /** Whether something begins as an Arrow file does. */
    public static boolean isFile(byte[] first) {
        return first.length >= FILE_HEAD_BYTES
                && Arrays.equals(first, 0, FILE_HEAD_BYTES, MAGIC, 0, FILE_HEAD_BYTES);
    }

    /** Whether something begins as an Arrow stream does; no text does. */
    public static boolean isStream(byte[] first) {
        return first.length >= Integer.BYTES && littleEndian(first).getInt(0) == CONTINUATION;
    }

    /** The bytes that end a stream. */
    public static byte[] end() {
        return END.clone();
    }

    /** Whether the prefix of a message says that there is none. */
    public static boolean isEnd(byte[] prefix) {
        return Arrays.equals(prefix, END);
    }

    /** Length of the metadata that follows the prefix; -1 if it is no prefix. */
    public static int metadataBytes(byte[] prefix) {
        if (prefix.length < PREFIX_BYTES || !isStream(prefix)) {
            return -1;
        }
        return littleEndian(prefix).getInt(Integer.BYTES);
    }

    /** Reads prefix and metadata of a message; null if they are not well formed. */
    public static @Nullable Header header(byte[] framed) {
        int metadataBytes = metadataBytes(framed);
        if (metadataBytes <= 0 || framed.length < PREFIX_BYTES + metadataBytes) {
            return null;
        }
        try {
            ByteBuffer metadata = littleEndian(framed).position(PREFIX_BYTES).slice();
            Message message = Message.getRootAsMessage(metadata.order(ByteOrder.LITTLE_ENDIAN));
            return message.bodyLength() < 0 || message.bodyLength() > MAX_BODY_BYTES
                    ? null
                    : new Header(message.headerType(), message.bodyLength());
        } catch (IndexOutOfBoundsException e) {
            return null;
        }
    }

    private static ByteBuffer littleEndian(byte[] bytes) {
        return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    }
}
