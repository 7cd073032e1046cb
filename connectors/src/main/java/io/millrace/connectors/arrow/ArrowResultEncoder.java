package io.millrace.connectors.arrow;

import io.millrace.connectors.file.RecordEncoder;
import io.millrace.core.request.Completion;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.dictionary.DictionaryProvider;
import org.apache.arrow.vector.ipc.ArrowStreamWriter;

/** Collects results into record batches. Owns its allocator. Used by one thread. */
final class ArrowResultEncoder implements RecordEncoder<Completion> {

    private final BufferAllocator allocator;
    private final int batchRows;
    private final ArrowResultRows rows;
    private final ByteArrayOutputStream written = new ByteArrayOutputStream();
    private final ArrowStreamWriter writer;
    private final byte[] begin;

    ArrowResultEncoder(BufferAllocator allocator, int batchRows) {
        this.allocator = allocator;
        this.batchRows = batchRows;
        this.rows = new ArrowResultRows(allocator);
        this.writer =
                new ArrowStreamWriter(
                        rows.root(), new DictionaryProvider.MapDictionaryProvider(), written);
        // Also where a file is gone on with, and its schema is there already.
        this.begin = take(writer::start);
    }

    @Override
    public byte[] begin() {
        return begin.clone();
    }

    @Override
    public byte[] add(Completion result) {
        rows.add(result);
        return rows.count() < batchRows ? NOTHING : flush();
    }

    @Override
    public byte[] flush() {
        if (rows.count() == 0) {
            return NOTHING;
        }
        rows.complete();
        byte[] batch = take(writer::writeBatch);
        rows.clear();
        return batch;
    }

    @Override
    public byte[] end() {
        return take(writer::end);
    }

    /** Runs a step of the writer and takes what it wrote. */
    private byte[] take(Step step) {
        try {
            step.run();
        } catch (IOException e) {
            throw new UncheckedIOException("memory cannot be written to", e);
        }
        byte[] bytes = written.toByteArray();
        written.reset();
        return bytes;
    }

    @FunctionalInterface
    private interface Step {
        void run() throws IOException;
    }

    @Override
    public void close() {
        try (allocator;
                rows) {
            writer.close();
        }
    }
}
