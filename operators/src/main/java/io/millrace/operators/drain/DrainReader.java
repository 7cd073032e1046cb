package io.millrace.operators.drain;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.apache.flink.api.connector.source.ReaderOutput;
import org.apache.flink.api.connector.source.SourceReader;
import org.apache.flink.core.io.InputStatus;

/** Waits, without holding a thread, for the enumerator to say that there is nothing to wait for. */
final class DrainReader<T> implements SourceReader<T, NoSplit> {

    private final CompletableFuture<Void> ended = new CompletableFuture<>();

    @Override
    public void start() {}

    @Override
    public InputStatus pollNext(ReaderOutput<T> output) {
        return ended.isDone() ? InputStatus.END_OF_INPUT : InputStatus.NOTHING_AVAILABLE;
    }

    @Override
    public CompletableFuture<Void> isAvailable() {
        return ended;
    }

    @Override
    public void notifyNoMoreSplits() {
        ended.complete(null);
    }

    @Override
    public void addSplits(List<NoSplit> splits) {}

    @Override
    public List<NoSplit> snapshotState(long checkpointId) {
        return List.of();
    }

    @Override
    public void close() {}
}
