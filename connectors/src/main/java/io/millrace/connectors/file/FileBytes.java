package io.millrace.connectors.file;

import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.Locale;
import java.util.zip.GZIPInputStream;
import org.apache.flink.core.fs.FSDataInputStream;
import org.apache.flink.core.fs.Path;
import org.jspecify.annotations.Nullable;

/**
 * The bytes of a file, decompressed if its name says so, with a position and a look ahead. Not
 * thread-safe.
 */
final class FileBytes implements Closeable {

    private static final int BUFFER_BYTES = 64 << 10;

    private final InputStream stream;
    private final @Nullable FSDataInputStream seekable;
    private final byte[] buffer = new byte[BUFFER_BYTES];

    /** Offset of the buffer's first byte in the file. */
    private long bufferOffset;

    private int next;
    private int limit;

    private FileBytes(InputStream stream, @Nullable FSDataInputStream seekable) {
        this.stream = stream;
        this.seekable = seekable;
    }

    static FileBytes open(Path file) throws IOException {
        FSDataInputStream stream = file.getFileSystem().open(file);
        String name = file.getName().toLowerCase(Locale.ROOT);
        if (!name.endsWith(".gz") && !name.endsWith(".gzip")) {
            return new FileBytes(stream, stream);
        }
        try {
            return new FileBytes(new GZIPInputStream(stream, BUFFER_BYTES), null);
        } catch (IOException e) {
            stream.close();
            throw new UnusableFileException(
                    "input: %s (expected: a gzip file, as its name says): %s"
                            .formatted(file.getName(), e.getMessage()),
                    e);
        }
    }

    static FileBytes of(InputStream stream) {
        return new FileBytes(stream, null);
    }

    /** Offset of the next byte. */
    long position() {
        return bufferOffset + next;
    }

    /** The bytes that come next, fewer at the end of the file; they will be read again. */
    byte[] peek(int count) throws IOException {
        while (limit - next < count && fill()) {
            // Until there are enough.
        }
        return Arrays.copyOfRange(buffer, next, Math.min(limit, next + count));
    }

    /**
     * Reads exactly so many bytes.
     *
     * @throws EOFException if there are fewer
     */
    byte[] read(int count) throws IOException {
        byte[] bytes = readUpTo(count);
        if (bytes.length < count) {
            throw new EOFException("file ends within a record");
        }
        return bytes;
    }

    /** Reads so many bytes, or fewer if the file ends before. */
    byte[] readUpTo(int count) throws IOException {
        byte[] bytes = new byte[Math.min(count, BUFFER_BYTES)];
        int length = 0;
        while (length < count && (next < limit || fill())) {
            int part = Math.min(count - length, limit - next);
            if (bytes.length < length + part) {
                bytes = Arrays.copyOf(bytes, (int) Math.min(count, 2L * (length + part)));
            }
            System.arraycopy(buffer, next, bytes, length, part);
            next += part;
            length += part;
        }
        return length == bytes.length ? bytes : Arrays.copyOf(bytes, length);
    }

    /** Goes forward to an offset, or to the end of the file if that comes first. */
    void skipTo(long offset) throws IOException {
        if (offset > bufferOffset + limit && seekable != null) {
            seekable.seek(offset);
            bufferOffset = offset;
            next = 0;
            limit = 0;
            return;
        }
        while (position() < offset && (next < limit || fill())) {
            next += (int) Math.min(offset - position(), limit - next);
        }
    }

    /**
     * Reads to the end of the line and leaves its line feed out; null at the end of the file.
     *
     * @param maxBytes what a longer line is cut to; the rest is skipped
     */
    byte @Nullable [] readLine(int maxBytes) throws IOException {
        if (next == limit && !fill()) {
            return null;
        }
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        boolean ended = false;
        while (!ended && (next < limit || fill())) {
            int end = next;
            while (end < limit && buffer[end] != '\n') {
                end++;
            }
            line.write(buffer, next, Math.min(end - next, maxBytes - line.size()));
            ended = end < limit;
            next = ended ? end + 1 : end;
        }
        return line.toByteArray();
    }

    /** Keeps what was not read and reads more behind it; false at the end of the file. */
    private boolean fill() throws IOException {
        if (next > 0) {
            System.arraycopy(buffer, next, buffer, 0, limit - next);
            bufferOffset += next;
            limit -= next;
            next = 0;
        }
        int count = stream.read(buffer, limit, buffer.length - limit);
        if (count <= 0) {
            return false;
        }
        limit += count;
        return true;
    }

    @Override
    public void close() throws IOException {
        stream.close();
    }
}
