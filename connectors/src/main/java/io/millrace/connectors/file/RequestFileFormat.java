package io.millrace.connectors.file;

import io.millrace.core.request.InputRecord;
import java.io.EOFException;
import java.io.IOException;
import java.time.Clock;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.zip.ZipException;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.connector.file.src.FileSourceSplit;
import org.apache.flink.connector.file.src.reader.BulkFormat;
import org.apache.flink.connector.file.src.util.CheckpointedPosition;
import org.apache.flink.connector.file.src.util.RecordAndPosition;
import org.apache.flink.core.fs.Path;
import org.jspecify.annotations.Nullable;

/** Cuts a file into records, a bounded batch at a time, each with the offset behind it. */
final class RequestFileFormat implements BulkFormat<InputRecord, FileSourceSplit> {

    private static final long serialVersionUID = 1L;

    private static final int BATCH_RECORDS = 128;
    private static final int BATCH_BYTES = 1 << 20;

    private final FileLimits limits;
    private final TypeInformation<InputRecord> type;
    private final Clock clock;

    RequestFileFormat(FileLimits limits, TypeInformation<InputRecord> type, Clock clock) {
        this.limits = limits;
        this.type = type;
        this.clock = clock;
    }

    @Override
    public BulkFormat.Reader<InputRecord> createReader(Configuration config, FileSourceSplit split)
            throws IOException {
        return open(split.path(), 0);
    }

    @Override
    public BulkFormat.Reader<InputRecord> restoreReader(Configuration config, FileSourceSplit split)
            throws IOException {
        long offset =
                split.getReaderPosition()
                        .map(CheckpointedPosition::getOffset)
                        .filter(position -> position != CheckpointedPosition.NO_OFFSET)
                        .orElse(0L);
        return open(split.path(), offset);
    }

    private Reader open(Path file, long offset) throws IOException {
        FileBytes bytes = FileBytes.open(file);
        try {
            return new Reader(file.getName(), RecordCutter.of(bytes, limits, offset), clock);
        } catch (EOFException | ZipException e) {
            bytes.close();
            throw damaged(file.getName(), bytes.position(), e);
        } catch (IOException | RuntimeException e) {
            bytes.close();
            throw e;
        }
    }

    @Override
    public boolean isSplittable() {
        return false;
    }

    @Override
    public TypeInformation<InputRecord> getProducedType() {
        return type;
    }

    private static UnusableFileException damaged(String name, long position, IOException cause) {
        return new UnusableFileException(
                "input: %s cannot be decompressed behind byte %d of its content: %s"
                        .formatted(name, position, cause.getMessage()),
                cause);
    }

    private static final class Reader implements BulkFormat.Reader<InputRecord> {

        private final String name;
        private final RecordCutter cutter;
        private final Clock clock;

        Reader(String name, RecordCutter cutter, Clock clock) {
            this.name = name;
            this.cutter = cutter;
            this.clock = clock;
        }

        @Override
        public @Nullable RecordIterator<InputRecord> readBatch() throws IOException {
            Deque<RecordAndPosition<InputRecord>> batch = new ArrayDeque<>();
            int bytes = 0;
            try {
                while (batch.size() < BATCH_RECORDS && bytes < BATCH_BYTES) {
                    RecordCutter.Cut cut = cutter.next();
                    if (cut == null) {
                        break;
                    }
                    bytes += cut.bytes().length;
                    batch.add(positioned(cut));
                }
            } catch (EOFException | ZipException e) {
                if (batch.isEmpty()) {
                    throw damaged(name, cutter.position(), e);
                }
                // What is whole goes out first; the next call meets the damage again.
            }
            return batch.isEmpty() ? null : new Batch(batch);
        }

        private RecordAndPosition<InputRecord> positioned(RecordCutter.Cut cut) {
            InputRecord input =
                    new InputRecord(name + "@" + cut.offset(), cut.bytes(), clock.millis());
            return new RecordAndPosition<>(input, cutter.position(), 0);
        }

        @Override
        public void close() throws IOException {
            cutter.close();
        }
    }

    private record Batch(Deque<RecordAndPosition<InputRecord>> records)
            implements BulkFormat.RecordIterator<InputRecord> {

        @Override
        public @Nullable RecordAndPosition<InputRecord> next() {
            return records.poll();
        }

        @Override
        public void releaseBatch() {}
    }
}
