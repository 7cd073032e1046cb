package io.millrace.operators.drain;

import org.apache.flink.annotation.PublicEvolving;
import org.apache.flink.api.connector.source.Boundedness;
import org.apache.flink.api.connector.source.Source;
import org.apache.flink.api.connector.source.SourceReader;
import org.apache.flink.api.connector.source.SourceReaderContext;
import org.apache.flink.api.connector.source.SplitEnumerator;
import org.apache.flink.api.connector.source.SplitEnumeratorContext;
import org.apache.flink.core.io.SimpleVersionedSerializer;

/**
 * Emits nothing and ends when the {@link DrainBoard} of its job says that all accepted requests
 * have their results. On the control input of a job over bounded input it keeps the operators
 * running, and so their checkpoints, without any of them blocking.
 *
 * <p>It calls itself unbounded, since nobody knows when it ends; so the job runs in streaming mode.
 */
@PublicEvolving
public final class DrainSource<T> implements Source<T, NoSplit, NoSplit> {

    private static final long serialVersionUID = 1L;

    private final String job;

    /**
     * The source of one job.
     *
     * @param job the same string that the coordinator of the draining operator opens its board by
     */
    public DrainSource(String job) {
        this.job = job;
    }

    @Override
    public Boundedness getBoundedness() {
        return Boundedness.CONTINUOUS_UNBOUNDED;
    }

    @Override
    public SplitEnumerator<NoSplit, NoSplit> createEnumerator(
            SplitEnumeratorContext<NoSplit> context) {
        return new DrainEnumerator(context, DrainBoard.forJob(job));
    }

    @Override
    public SplitEnumerator<NoSplit, NoSplit> restoreEnumerator(
            SplitEnumeratorContext<NoSplit> context, NoSplit checkpoint) {
        return createEnumerator(context);
    }

    @Override
    public SourceReader<T, NoSplit> createReader(SourceReaderContext context) {
        return new DrainReader<>();
    }

    @Override
    public SimpleVersionedSerializer<NoSplit> getSplitSerializer() {
        return NoSplit.SERIALIZER;
    }

    @Override
    public SimpleVersionedSerializer<NoSplit> getEnumeratorCheckpointSerializer() {
        return NoSplit.SERIALIZER;
    }
}
