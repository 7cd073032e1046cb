package io.millrace.gateway.results;

import io.millrace.gateway.results.ResultFiles.Part;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Files that are Arrow streams of one schema as one stream: the schema once, all batches, the end
 * once. Messages are passed on as they are, so nothing of Arrow is needed but its framing: a
 * continuation marker and the length of the metadata, 4 bytes each, and a schema has no body. In
 * constant memory.
 */
final class ArrowSource implements ChunkSource {

    private static final int CHUNK_BYTES = 1 << 18;
    private static final int CONTINUATION = 0xFFFFFFFF;
    private static final byte[] END = {-1, -1, -1, -1, 0, 0, 0, 0};

    private final ResultFiles files;
    private final String batch;
    private final List<Part> parts;
    private int index;
    private long remaining;
    private boolean ended;
    private @Nullable InputStream in;

    /**
     * @param parts at least one
     */
    ArrowSource(ResultFiles files, String batch, List<Part> parts) {
        this.files = files;
        this.batch = batch;
        this.parts = parts;
    }

    @Override
    public byte @Nullable [] next() throws IOException {
        while (index < parts.size()) {
            InputStream open = in == null ? open(parts.get(index)) : in;
            if (remaining > 0) {
                byte[] chunk = open.readNBytes((int) Math.min(CHUNK_BYTES, remaining));
                remaining -= chunk.length;
                if (chunk.length == 0) {
                    throw cut(parts.get(index));
                }
                return chunk;
            }
            close();
            index++;
        }
        if (ended) {
            return null;
        }
        ended = true;
        return END.clone();
    }

    private InputStream open(Part part) throws IOException {
        InputStream open = files.open(batch, part, 0);
        in = open;
        remaining = part.bytes() - END.length;
        if (index > 0) {
            ByteBuffer head =
                    ByteBuffer.wrap(open.readNBytes(2 * Integer.BYTES))
                            .order(ByteOrder.LITTLE_ENDIAN);
            if (head.remaining() < 2 * Integer.BYTES || head.getInt() != CONTINUATION) {
                throw cut(part);
            }
            int schema = head.getInt();
            remaining -= head.capacity() + (long) schema;
            if (schema < 0 || remaining < 0) {
                throw cut(part);
            }
            open.skipNBytes(schema);
        }
        return open;
    }

    private EOFException cut(Part part) {
        return new EOFException("%s of %s is no whole Arrow stream".formatted(part.name(), batch));
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
