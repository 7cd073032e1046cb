package io.millrace.gateway.results;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** The bytes of one file, in constant memory. Used by one thread at a time. */
public final class FileSource implements ChunkSource {

    private static final int CHUNK_BYTES = 1 << 17;

    private final InputStream in;

    private FileSource(InputStream in) {
        this.in = in;
    }

    /** From the first byte on. */
    public static FileSource open(Path file) throws IOException {
        return new FileSource(Files.newInputStream(file));
    }

    @Override
    public byte @Nullable [] next() throws IOException {
        byte[] chunk = in.readNBytes(CHUNK_BYTES);
        return chunk.length == 0 ? null : chunk;
    }

    @Override
    public void close() throws IOException {
        in.close();
    }
}
