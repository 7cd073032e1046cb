package io.millrace.gateway.results;

import java.io.Closeable;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** Bytes to send, piece by piece; one thread at a time, may block. */
public interface ChunkSource extends Closeable {

    /** The next piece, not empty; null at the end. */
    byte @Nullable [] next() throws IOException;
}
