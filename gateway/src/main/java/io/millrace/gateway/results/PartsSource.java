package io.millrace.gateway.results;

import io.millrace.gateway.results.ResultFiles.Part;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A range of the bytes of all files of a batch, one after the other, in constant memory. */
final class PartsSource implements ChunkSource {

    private static final int CHUNK_BYTES = 1 << 18;

    private final ResultFiles files;
    private final String batch;
    private final List<Part> parts;
    private int index;
    private long offset;
    private long remaining;
    private @Nullable SeekableByteChannel channel;

    /**
     * @param from first byte
     * @param count of bytes from there, within what there is
     */
    PartsSource(ResultFiles files, String batch, List<Part> parts, long from, long count) {
        this.files = files;
        this.batch = batch;
        this.parts = parts;
        this.remaining = count;
        this.offset = from;
        while (index < parts.size() && offset >= parts.get(index).bytes()) {
            offset -= parts.get(index++).bytes();
        }
    }

    @Override
    public byte @Nullable [] next() throws IOException {
        while (remaining > 0 && index < parts.size()) {
            Part part = parts.get(index);
            if (offset == part.bytes()) {
                close();
                index++;
                offset = 0;
                continue;
            }
            long most = Math.min(remaining, part.bytes() - offset);
            byte[] chunk = read(part, (int) Math.min(CHUNK_BYTES, most));
            offset += chunk.length;
            remaining -= chunk.length;
            return chunk;
        }
        return null;
    }

    private byte[] read(Part part, int bytes) throws IOException {
        if (channel == null) {
            channel = files.open(batch, part);
            channel.position(offset);
        }
        ByteBuffer buffer = ByteBuffer.allocate(bytes);
        int count = channel.read(buffer);
        if (count <= 0) {
            throw new EOFException("%s of %s is shorter than it was".formatted(part.name(), batch));
        }
        return count == bytes ? buffer.array() : Arrays.copyOf(buffer.array(), count);
    }

    @Override
    public void close() throws IOException {
        if (channel != null) {
            channel.close();
            channel = null;
        }
    }
}
