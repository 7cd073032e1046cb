package io.millrace.connectors.file;

import io.millrace.core.ledger.BatchManifest;
import io.millrace.core.request.Completion;
import io.millrace.wire.ResultFileNames;
import java.io.IOException;
import java.io.Serializable;
import org.apache.flink.annotation.PublicEvolving;
import org.apache.flink.connector.file.sink.FileSink;
import org.apache.flink.core.fs.Path;
import org.apache.flink.core.io.SimpleVersionedSerializer;
import org.apache.flink.streaming.api.functions.sink.filesystem.BucketAssigner;
import org.apache.flink.streaming.api.functions.sink.filesystem.OutputFileConfig;
import org.apache.flink.streaming.api.functions.sink.filesystem.bucketassigners.SimpleVersionedStringSerializer;
import org.apache.flink.streaming.api.functions.sink.filesystem.rollingpolicies.OnCheckpointRollingPolicy;
import org.apache.flink.util.function.SerializableFunction;

/**
 * The folder of results by batch, on any file system that Flink knows: {@code
 * <batch>/part-*.jsonl}, and below {@code <batch>/arrow} the same as Arrow. Each file is complete
 * when it has its name; it gets that when the checkpoint is complete that holds its results. When a
 * batch has ended its lines are merged into {@code <batch>/results.jsonl}.
 *
 * @param uri of the folder
 */
@PublicEvolving
public record BatchResultFolder(String uri) implements Serializable {

    /** A sink for results as lines; all of them must be of batches. */
    public FileSink<Completion> lines(SerializableFunction<Completion, byte[]> line) {
        return FileSink.<Completion>forRowFormat(
                        new Path(uri),
                        (completion, out) -> {
                            out.write(line.apply(completion));
                            out.write('\n');
                        })
                .withBucketAssigner(new ByBatch(""))
                .withRollingPolicy(OnCheckpointRollingPolicy.build())
                .withOutputFileConfig(named(".jsonl"))
                .build();
    }

    /** A sink for results in another form; all of them must be of batches. */
    public FileSink<Completion> arrow(RecordEncoder.Factory<Completion> encoders) {
        return FileSink.forBulkFormat(new Path(uri), EncodedBulkWriter.factory(encoders))
                .withBucketAssigner(new ByBatch("/" + ResultFileNames.ARROW))
                .withOutputFileConfig(named(".arrow"))
                .build();
    }

    /**
     * Makes one file, {@code results.jsonl}, of the lines of a batch to which no more are added;
     * what lies below {@code arrow} stays. May be repeated, whatever came of it.
     *
     * @throws IllegalArgumentException for an id that no batch can have: nothing is touched
     */
    public void merge(String batch) throws IOException {
        MergedFile.of(new Path(uri, checked(batch)));
    }

    /**
     * Removes all that was written of a batch.
     *
     * @throws IllegalArgumentException for an id that no batch can have: nothing is touched
     */
    public void remove(String batch) throws IOException {
        Path folder = new Path(uri, checked(batch));
        folder.getFileSystem().delete(folder, true);
    }

    private static OutputFileConfig named(String suffix) {
        return OutputFileConfig.builder()
                .withPartPrefix(ResultFileNames.PART_PREFIX)
                .withPartSuffix(suffix)
                .build();
    }

    private static String checked(String batch) {
        if (!BatchManifest.isId(batch)) {
            throw new IllegalArgumentException(
                    "batch: %s (expected: an id that can name a folder)".formatted(batch));
        }
        return batch;
    }

    private record ByBatch(String below) implements BucketAssigner<Completion, String> {
        @Override
        public String getBucketId(Completion completion, Context context) {
            return checked(String.valueOf(completion.batch())) + below;
        }

        @Override
        public SimpleVersionedSerializer<String> getSerializer() {
            return SimpleVersionedStringSerializer.INSTANCE;
        }
    }
}
