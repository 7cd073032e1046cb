package io.millrace.operators.generate;

import io.millrace.core.engine.EngineListener;
import io.millrace.core.engine.GenerationResult;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.flink.api.common.operators.MailboxExecutor;
import org.apache.flink.util.function.ThrowingRunnable;
import org.jspecify.annotations.Nullable;

/**
 * The way from the engine's thread to the task's: events queue up here and one mail at a time asks
 * the task to look. Listener methods run on the engine's thread, all others on the task's.
 */
final class EngineEvents implements EngineListener {

    private final MailboxExecutor mailbox;
    private final ThrowingRunnable<Exception> look;
    private final Queue<GenerationResult> results = new ConcurrentLinkedQueue<>();
    private final AtomicBoolean mailed = new AtomicBoolean();
    private volatile @Nullable Throwable failure;

    EngineEvents(MailboxExecutor mailbox, ThrowingRunnable<Exception> look) {
        this.mailbox = mailbox;
        this.look = look;
    }

    @Override
    public void onResult(GenerationResult result) {
        results.add(result);
        mail();
    }

    @Override
    public void onRoom() {
        mail();
    }

    @Override
    public void onFailure(Throwable cause) {
        failure = cause;
        mail();
    }

    /** The next result that was not taken yet; null if there is none. */
    @Nullable GenerationResult nextResult() {
        return results.poll();
    }

    private void mail() {
        if (mailed.compareAndSet(false, true)) {
            try {
                mailbox.execute(this::deliver, "GenerateOperator#engineEvents");
            } catch (RejectedExecutionException e) {
                // The task is closing: its next attempt generates what nobody takes now.
            }
        }
    }

    private void deliver() throws Exception {
        // INVARIANT: cleared before looking, so that what happens meanwhile is mailed again.
        mailed.set(false);
        Throwable cause = failure;
        if (cause != null) {
            throw new IllegalStateException("The engine failed: " + cause.getMessage(), cause);
        }
        look.run();
    }
}
