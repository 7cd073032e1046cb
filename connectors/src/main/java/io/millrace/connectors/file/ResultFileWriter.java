package io.millrace.connectors.file;

import java.io.IOException;
import java.util.List;
import org.apache.flink.api.connector.sink2.StatefulSinkWriter;

/** Writes the one output file; its state is the file's length. Runs on the task's thread. */
final class ResultFileWriter<T> implements StatefulSinkWriter<T, Long> {

    private final OutputClaim claim;
    private final OutputFile file;
    private final RecordEncoder<T> encoder;
    private boolean complete;

    private ResultFileWriter(OutputClaim claim, OutputFile file, RecordEncoder<T> encoder) {
        this.claim = claim;
        this.file = file;
        this.encoder = encoder;
    }

    /** Begins the file, unless it is somebody else's. */
    static <T> ResultFileWriter<T> start(OutputClaim claim, RecordEncoder<T> encoder)
            throws IOException {
        claim.check();
        return open(claim, 0, encoder);
    }

    /** Goes on where a checkpoint was, whatever was written behind it. */
    static <T> ResultFileWriter<T> resume(OutputClaim claim, long length, RecordEncoder<T> encoder)
            throws IOException {
        return open(claim, length, encoder);
    }

    private static <T> ResultFileWriter<T> open(
            OutputClaim claim, long length, RecordEncoder<T> encoder) throws IOException {
        OutputFile file = OutputFile.open(claim.file());
        try {
            file.cutTo(length);
            claim.take();
            if (length == 0) {
                file.append(encoder.begin());
            }
            return new ResultFileWriter<>(claim, file, encoder);
        } catch (IOException e) {
            file.close();
            encoder.close();
            throw e;
        }
    }

    @Override
    public void write(T record, Context context) throws IOException {
        file.append(encoder.add(record));
    }

    @Override
    public void flush(boolean endOfInput) throws IOException {
        file.append(encoder.flush());
        if (endOfInput) {
            file.append(encoder.end());
            file.sync();
            complete = true;
        }
    }

    @Override
    public List<Long> snapshotState(long checkpointId) throws IOException {
        file.sync();
        return List.of(file.length());
    }

    @Override
    public void close() throws IOException {
        try (encoder;
                file) {
            if (complete) {
                claim.release();
            }
        }
    }
}
