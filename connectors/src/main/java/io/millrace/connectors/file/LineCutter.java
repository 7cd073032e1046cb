package io.millrace.connectors.file;

import java.io.IOException;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * One record per line. Carriage returns before line feeds, blank lines and a byte order mark are no
 * part of records; the last line needs no line feed.
 */
final class LineCutter implements RecordCutter {

    private static final byte[] BYTE_ORDER_MARK = {(byte) 0xef, (byte) 0xbb, (byte) 0xbf};

    private final FileBytes bytes;
    private final int maxBytes;

    LineCutter(FileBytes bytes, int maxBytes, long offset) throws IOException {
        this.bytes = bytes;
        this.maxBytes = maxBytes;
        bytes.skipTo(offset);
        if (offset == 0 && Arrays.equals(bytes.peek(3), BYTE_ORDER_MARK)) {
            bytes.skipTo(3);
        }
    }

    @Override
    public @Nullable Cut next() throws IOException {
        while (true) {
            long offset = bytes.position();
            // One byte to show that it is too long, one for the carriage return.
            byte[] line = bytes.readLine(maxBytes + 2);
            if (line == null) {
                return null;
            }
            if (!isBlank(line)) {
                int length = contentLength(line);
                return new Cut(offset, length == line.length ? line : Arrays.copyOf(line, length));
            }
        }
    }

    private int contentLength(byte[] line) {
        boolean carriageReturn = line[line.length - 1] == '\r';
        return Math.min(maxBytes + 1, carriageReturn ? line.length - 1 : line.length);
    }

    private static boolean isBlank(byte[] line) {
        for (byte b : line) {
            if (b != ' ' && b != '\t' && b != '\r') {
                return false;
            }
        }
        return true;
    }

    @Override
    public long position() {
        return bytes.position();
    }

    @Override
    public void close() throws IOException {
        bytes.close();
    }
}
