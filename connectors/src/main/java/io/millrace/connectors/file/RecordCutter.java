package io.millrace.connectors.file;

import java.io.Closeable;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** Finds the records in a file. Not thread-safe. */
interface RecordCutter extends Closeable {

    /**
     * A record.
     *
     * @param offset where it begins
     */
    record Cut(long offset, byte[] bytes) {}

    /** The next record; null at the end of the file. */
    @Nullable Cut next() throws IOException;

    /** The offset at which cutting goes on. */
    long position();

    /** The cutter that a file's first bytes ask for, ready to go on at an offset. */
    static RecordCutter of(FileBytes bytes, FileLimits limits, long offset) throws IOException {
        return ArrowCutter.recognises(bytes)
                ? new ArrowCutter(bytes, limits.maxBatchBytes(), offset)
                : new LineCutter(bytes, limits.maxLineBytes(), offset);
    }
}
