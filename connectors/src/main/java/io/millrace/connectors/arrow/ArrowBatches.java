package io.millrace.connectors.arrow;

import io.millrace.connectors.file.ArrowFraming;
import io.millrace.core.request.Failure;
import io.millrace.core.request.FailureCode;
import io.millrace.core.request.InputRecord;
import io.millrace.core.request.RequestReader;
import io.millrace.core.request.SamplingDefaults;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.OutOfMemoryException;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.ipc.ArrowStreamReader;
import org.apache.arrow.vector.util.ValueVectorUtility;
import org.jspecify.annotations.Nullable;

/**
 * The rows of one record, a record batch at a time. Whatever is wrong with the bytes ends it with
 * one unreadable record. Used by one thread.
 */
final class ArrowBatches implements AutoCloseable {

    private static final int MAX_REASON_CHARACTERS = 200;

    private final InputRecord input;
    private final BufferAllocator allocator;
    private final int maxRowBytes;
    private final SamplingDefaults sampling;
    private @Nullable ArrowStreamReader reader;
    private long rows;
    private boolean ended;
    private boolean damaged;

    ArrowBatches(
            InputRecord input,
            BufferAllocator allocator,
            int maxRowBytes,
            SamplingDefaults sampling) {
        this.input = input;
        this.allocator = allocator;
        this.maxRowBytes = maxRowBytes;
        this.sampling = sampling;
    }

    /** The outcomes of the next batch that has rows; null when there is none. */
    @Nullable List<RequestReader.Parsed> next() {
        if (ended) {
            return null;
        }
        try {
            ArrowStreamReader open = open();
            while (open.loadNextBatch()) {
                List<RequestReader.Parsed> batch = read(open.getVectorSchemaRoot(), open);
                if (!batch.isEmpty()) {
                    return batch;
                }
            }
            ended = true;
            return null;
        } catch (OutOfMemoryException e) {
            return unreadable(
                    "needs more memory than the job allows (expected: at most %d bytes)"
                            .formatted(allocator.getLimit()));
        } catch (IOException | RuntimeException | StackOverflowError | AssertionError e) {
            damaged = true;
            // Arrow checks little of what it reads, and throws whatever it stumbles over.
            return unreadable(reason(e));
        }
    }

    private ArrowStreamReader open() throws IOException {
        if (reader == null) {
            byte[] value = input.value();
            int start = ArrowFraming.isFile(value) ? ArrowFraming.FILE_HEAD_BYTES : 0;
            checkFraming(value, start);
            reader =
                    new ArrowStreamReader(
                            new ByteArrayInputStream(value, start, value.length - start),
                            allocator,
                            BoundedDecompression.INSTANCE);
        }
        return reader;
    }

    /**
     * Walks over the messages before Arrow does, which would allocate whatever length a damaged
     * message names.
     */
    private static void checkFraming(byte[] value, int start) throws IOException {
        long position = start;
        while (position < value.length) {
            int from = (int) position;
            byte[] prefix = Arrays.copyOfRange(value, from, from + ArrowFraming.PREFIX_BYTES);
            if (ArrowFraming.isEnd(prefix)) {
                return;
            }
            long end = position + ArrowFraming.PREFIX_BYTES + ArrowFraming.metadataBytes(prefix);
            ArrowFraming.Header header =
                    end <= position || end > value.length
                            ? null
                            : ArrowFraming.header(Arrays.copyOfRange(value, from, (int) end));
            if (header == null || end + header.bodyBytes() > value.length) {
                throw new IOException("ends within, or has no whole message at, byte " + position);
            }
            position = end + header.bodyBytes();
        }
    }

    private List<RequestReader.Parsed> read(VectorSchemaRoot root, ArrowStreamReader open)
            throws IOException {
        List<RequestReader.Parsed> batch = new ArrayList<>();
        ValueVectorUtility.validate(root);
        try (ArrowRows batchRows = ArrowRows.of(root, open, allocator, maxRowBytes)) {
            for (int i = 0; i < root.getRowCount(); i++) {
                batch.add(
                        batchRows.read(
                                i, input.key() + "#" + (rows + i), input.arrivalMs(), sampling));
            }
        }
        rows += root.getRowCount();
        return batch;
    }

    /** Rows that were handed out already have their answers; the dead letter tells of the rest. */
    private List<RequestReader.Parsed> unreadable(String reason) {
        ended = true;
        String key = rows == 0 ? input.key() : input.key() + "#" + rows;
        return List.of(
                new RequestReader.Unreadable(
                        new InputRecord(key, input.value(), input.arrivalMs()),
                        new Failure(FailureCode.UNREADABLE, "Arrow record: " + reason)));
    }

    private static String reason(Throwable failure) {
        if (failure instanceof ColumnException) {
            return String.valueOf(failure.getMessage());
        }
        String message = failure.getMessage() == null ? failure.toString() : failure.getMessage();
        String oneLine = message.replaceAll("\\s+", " ");
        return oneLine.length() <= MAX_REASON_CHARACTERS
                ? oneLine
                : oneLine.substring(0, MAX_REASON_CHARACTERS) + "...";
    }

    @Override
    public void close() {
        if (reader != null) {
            try {
                reader.close();
            } catch (IOException | RuntimeException e) {
                // Vectors that were loaded half-way may free twice; the allocator sees to the rest.
                if (!damaged) {
                    throw new IllegalStateException("closing an Arrow record", e);
                }
            }
        }
    }
}
