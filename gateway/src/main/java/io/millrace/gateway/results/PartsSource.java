package io.millrace.gateway.results;

import io.millrace.gateway.results.ResultFiles.Part;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A range of the bytes of all files of a batch, one after the other, in constant memory. If the job
 * merges them meanwhile, it goes on in the merged one.
 */
final class PartsSource implements ChunkSource {

    private static final int CHUNK_BYTES = 1 << 18;

    private final ResultFiles files;
    private final String batch;
    private List<Part> parts;
    private long position;
    private long remaining;
    private int index;
    private long offset;
    private @Nullable InputStream in;

    /**
     * @param from first byte
     * @param count of bytes from there, within what there is
     */
    PartsSource(ResultFiles files, String batch, List<Part> parts, long from, long count) {
        this.files = files;
        this.batch = batch;
        this.parts = parts;
        this.position = from;
        this.remaining = count;
        seek();
    }

    /** To where the position is. */
    private void seek() {
        index = 0;
        offset = position;
        while (index < parts.size() && offset >= parts.get(index).bytes()) {
            offset -= parts.get(index++).bytes();
        }
    }

    @Override
    public byte @Nullable [] next() throws IOException {
        while (remaining > 0 && index < parts.size()) {
            if (offset == parts.get(index).bytes()) {
                close();
                index++;
                offset = 0;
                continue;
            }
            byte[] chunk = read();
            offset += chunk.length;
            position += chunk.length;
            remaining -= chunk.length;
            return chunk;
        }
        return null;
    }

    private byte[] read() throws IOException {
        try {
            return readHere();
        } catch (IOException e) {
            close();
            List<Part> now = files.parts(batch);
            if (now.equals(parts) || bytes(now) != bytes(parts)) {
                throw e;
            }
            parts = now;
            seek();
            return readHere();
        }
    }

    private byte[] readHere() throws IOException {
        Part part = parts.get(index);
        if (in == null) {
            in = files.open(batch, part, offset);
        }
        long most = Math.min(remaining, part.bytes() - offset);
        byte[] chunk = in.readNBytes((int) Math.min(CHUNK_BYTES, most));
        if (chunk.length == 0) {
            throw new EOFException("%s of %s is shorter than it was".formatted(part.name(), batch));
        }
        return chunk;
    }

    private static long bytes(List<Part> parts) {
        return parts.stream().mapToLong(Part::bytes).sum();
    }

    @Override
    public void close() throws IOException {
        if (in != null) {
            InputStream closing = in;
            in = null;
            closing.close();
        }
    }
}
