package io.millrace.operators.batch;

import io.millrace.operators.drain.DrainBoard;
import java.util.concurrent.CompletableFuture;
import org.apache.flink.runtime.jobgraph.OperatorID;
import org.apache.flink.runtime.operators.coordination.OperatorCoordinator;
import org.apache.flink.runtime.operators.coordination.OperatorEvent;
import org.jspecify.annotations.Nullable;

/**
 * Passes on to the job's {@link DrainBoard} which subtasks hold nothing any more. Without state of
 * its own: after a failure every subtask says so again. JobMaster thread only.
 */
final class DrainCoordinator implements OperatorCoordinator {

    private final Context context;
    private final String job;
    private @Nullable DrainBoard board;

    DrainCoordinator(Context context, String job) {
        this.context = context;
        this.job = job;
    }

    @Override
    public void start() {
        board = DrainBoard.forJob(job);
        board.reset(context.currentParallelism());
    }

    @Override
    public void handleEventFromOperator(int subtask, int attempt, OperatorEvent event) {
        if (!(event instanceof Drained)) {
            throw new IllegalArgumentException("event: " + event + " (expected: Drained)");
        }
        if (board != null) {
            board.drained(subtask);
        }
    }

    @Override
    public void resetToCheckpoint(long checkpointId, byte @Nullable [] data) {
        if (board != null) {
            board.reset(context.currentParallelism());
        }
    }

    @Override
    public void subtaskReset(int subtask, long checkpointId) {
        restarted(subtask);
    }

    @Override
    public void executionAttemptFailed(int subtask, int attempt, @Nullable Throwable reason) {
        restarted(subtask);
    }

    @Override
    public void executionAttemptReady(int subtask, int attempt, SubtaskGateway gateway) {}

    @Override
    public void checkpointCoordinator(long checkpointId, CompletableFuture<byte[]> result) {
        result.complete(new byte[0]);
    }

    @Override
    public void notifyCheckpointComplete(long checkpointId) {}

    @Override
    public void close() {
        if (board != null) {
            board.close();
            board = null;
        }
    }

    private void restarted(int subtask) {
        if (board != null) {
            board.restarted(subtask);
        }
    }

    /** Creates it in the JobMaster. */
    record Provider(OperatorID operatorId, String job) implements OperatorCoordinator.Provider {
        @Override
        public OperatorID getOperatorId() {
            return operatorId;
        }

        @Override
        public OperatorCoordinator create(Context context) {
            return new DrainCoordinator(context, job);
        }
    }
}
