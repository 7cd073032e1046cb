package io.millrace.connectors.file;

import java.io.File;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collection;
import org.apache.flink.annotation.PublicEvolving;
import org.apache.flink.api.connector.sink2.Sink;
import org.apache.flink.api.connector.sink2.SinkWriter;
import org.apache.flink.api.connector.sink2.StatefulSinkWriter;
import org.apache.flink.api.connector.sink2.SupportsWriterState;
import org.apache.flink.api.connector.sink2.WriterInitContext;
import org.apache.flink.core.io.SimpleVersionedSerializer;
import org.apache.flink.util.function.SerializableFunction;

/**
 * Writes one local file, each record as it arrives. A checkpoint knows how long the file was, and a
 * restored job cuts it to that length, so that after the job each record is there once. While the
 * run has not ended, {@code NAME.incomplete} lies beside the file and names the run.
 *
 * <p>Its parallelism must be 1. A file that cannot be written fails the job for good ({@link
 * UnusableFileException}); what was written before is whole.
 */
@PublicEvolving
public final class ResultFileSink<T> implements Sink<T>, SupportsWriterState<T, Long> {

    private static final long serialVersionUID = 1L;

    private final File file;
    private final ExistingOutput existing;
    private final String run;
    private final RecordEncoder.Factory<T> encoders;

    private ResultFileSink(
            File file, ExistingOutput existing, String run, RecordEncoder.Factory<T> encoders) {
        this.file = file;
        this.existing = existing;
        this.run = run;
        this.encoders = encoders;
    }

    /**
     * A sink for any format.
     *
     * @param run a string that no other run uses, fixed when the job is built: by it a job that
     *     starts over before its first checkpoint knows the file as its own
     */
    public static <T> ResultFileSink<T> of(
            Path file, ExistingOutput existing, String run, RecordEncoder.Factory<T> encoders) {
        return new ResultFileSink<>(file.toAbsolutePath().toFile(), existing, run, encoders);
    }

    /**
     * A sink for lines.
     *
     * @param line phrases a record as a line, without the line feed
     */
    public static <T> ResultFileSink<T> lines(
            Path file, ExistingOutput existing, String run, SerializableFunction<T, byte[]> line) {
        return of(file, existing, run, () -> new LineEncoder<>(line));
    }

    /**
     * Checks, where the job is built, what the writer checks again where the job runs.
     *
     * @throws UnusableFileException if a new run would refuse the file
     */
    public static void requireWritable(Path file, ExistingOutput existing)
            throws UnusableFileException {
        OutputClaim.of(file.toAbsolutePath(), existing, "").check();
    }

    @Override
    public SinkWriter<T> createWriter(WriterInitContext context) throws IOException {
        requireOneWriter(context);
        return ResultFileWriter.start(claim(), encoders.create());
    }

    @Override
    public StatefulSinkWriter<T, Long> restoreWriter(
            WriterInitContext context, Collection<Long> lengths) throws IOException {
        requireOneWriter(context);
        return lengths.isEmpty()
                ? ResultFileWriter.start(claim(), encoders.create())
                : ResultFileWriter.resume(claim(), lengths.iterator().next(), encoders.create());
    }

    @Override
    public SimpleVersionedSerializer<Long> getWriterStateSerializer() {
        return LengthSerializer.INSTANCE;
    }

    private OutputClaim claim() {
        return OutputClaim.of(file.toPath(), existing, run);
    }

    private static void requireOneWriter(WriterInitContext context) throws IOException {
        int writers = context.getTaskInfo().getNumberOfParallelSubtasks();
        if (writers != 1) {
            throw new UnusableFileException(
                    "parallelism of the output file: %d (expected: 1)".formatted(writers), null);
        }
    }

    private record LineEncoder<T>(SerializableFunction<T, byte[]> line)
            implements RecordEncoder<T> {
        @Override
        public byte[] add(T record) {
            byte[] text = line.apply(record);
            byte[] withLineFeed = Arrays.copyOf(text, text.length + 1);
            withLineFeed[text.length] = '\n';
            return withLineFeed;
        }
    }
}
