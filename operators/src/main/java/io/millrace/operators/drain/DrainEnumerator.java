package io.millrace.operators.drain;

import java.util.List;
import java.util.concurrent.RejectedExecutionException;
import org.apache.flink.api.connector.source.SplitEnumerator;
import org.apache.flink.api.connector.source.SplitEnumeratorContext;
import org.jspecify.annotations.Nullable;

/** Ends the readers when the board is drained. Runs on the coordinator's thread. */
final class DrainEnumerator implements SplitEnumerator<NoSplit, NoSplit> {

    private final SplitEnumeratorContext<NoSplit> context;
    private final DrainBoard board;

    DrainEnumerator(SplitEnumeratorContext<NoSplit> context, DrainBoard board) {
        this.context = context;
        this.board = board;
    }

    @Override
    public void start() {
        board.onDrained(this::wake);
    }

    private void wake() {
        try {
            context.runInCoordinatorThread(this::endIfDrained);
        } catch (RejectedExecutionException e) {
            // This enumerator is being closed; the one that follows asks the board when it starts.
        }
    }

    @Override
    public void addReader(int subtask) {
        endIfDrained();
    }

    /** Asks the board again: between its call and this one a subtask may have failed. */
    private void endIfDrained() {
        if (board.isDrained()) {
            context.registeredReaders().keySet().forEach(context::signalNoMoreSplits);
        }
    }

    @Override
    public void handleSplitRequest(int subtask, @Nullable String hostname) {}

    @Override
    public void addSplitsBack(List<NoSplit> splits, int subtask) {}

    @Override
    public NoSplit snapshotState(long checkpointId) {
        return NoSplit.INSTANCE;
    }

    @Override
    public void close() {
        board.close();
    }
}
