package io.millrace.operators.track;

import io.millrace.core.codec.TrackedBatchCodec;
import io.millrace.core.control.ControlMessage;
import io.millrace.core.ledger.BatchManifest;
import io.millrace.core.ledger.BatchUpdate;
import io.millrace.core.ledger.TrackedBatch;
import io.millrace.core.ledger.TrackedBatch.Step;
import io.millrace.core.request.Completion;
import io.millrace.operators.codec.CodecTypeInfo;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.RejectedExecutionException;
import org.apache.flink.annotation.Internal;
import org.apache.flink.api.common.operators.MailboxExecutor;
import org.apache.flink.api.common.state.ValueState;
import org.apache.flink.api.common.state.ValueStateDescriptor;
import org.apache.flink.runtime.state.StateInitializationContext;
import org.apache.flink.runtime.state.StateSnapshotContext;
import org.apache.flink.runtime.state.VoidNamespace;
import org.apache.flink.runtime.state.VoidNamespaceSerializer;
import org.apache.flink.streaming.api.operators.AbstractStreamOperator;
import org.apache.flink.streaming.api.operators.InternalTimer;
import org.apache.flink.streaming.api.operators.InternalTimerService;
import org.apache.flink.streaming.api.operators.StreamOperatorParameters;
import org.apache.flink.streaming.api.operators.Triggerable;
import org.apache.flink.streaming.api.operators.TwoInputStreamOperator;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.apache.flink.util.function.ThrowingRunnable;
import org.jspecify.annotations.Nullable;

/**
 * Counts results by batch and publishes how far each batch is. Both inputs are keyed by batch id;
 * results pass through, and updates leave by {@link TrackPipeline#UPDATES}.
 *
 * <p>INVARIANT: the end of a batch is published, and files are merged or removed, only when a
 * checkpoint is complete that holds the decision. The writer of files is chained behind, so that
 * checkpoint has committed every result of the batch, and no restart can ask for a file that was
 * removed.
 *
 * <p>Everything but merging and removing files runs on the task's thread.
 */
@Internal
final class TrackOperator extends AbstractStreamOperator<Completion>
        implements TwoInputStreamOperator<Completion, ControlMessage, Completion>,
                Triggerable<String, VoidNamespace> {

    private static final long serialVersionUID = 1L;

    private static final ValueStateDescriptor<TrackedBatch> BATCH =
            new ValueStateDescriptor<>("batch", CodecTypeInfo.of(new TrackedBatchCodec()));

    private final TrackSettings settings;
    private final ResultFiles files;
    private final ExecutorService remover;
    private final MailboxExecutor mailbox;
    private final CheckpointGate gate = new CheckpointGate();
    private final Map<String, Long> nextPublishMs = new HashMap<>();

    private ValueState<TrackedBatch> batch;
    private InternalTimerService<VoidNamespace> timers;
    private TrackMetrics trackMetrics;

    @SuppressWarnings("NullAway.Init") // Flink initialises state, then opens, before any record.
    TrackOperator(
            StreamOperatorParameters<Completion> parameters,
            TrackSettings settings,
            ResultFiles files,
            ExecutorService remover) {
        super(parameters);
        this.settings = settings;
        this.files = files;
        this.remover = remover;
        this.mailbox = parameters.getMailboxExecutor();
    }

    @Override
    public void initializeState(StateInitializationContext context) throws Exception {
        super.initializeState(context);
        batch = context.getKeyedStateStore().getState(BATCH);
    }

    /** What a checkpoint held that the job starts from may be done at once. */
    @Override
    public void open() throws Exception {
        super.open();
        trackMetrics = new TrackMetrics(getMetricGroup());
        timers = getInternalTimerService("timers", VoidNamespaceSerializer.INSTANCE, this);
        getKeyedStateBackend()
                .applyToAllKeys(
                        VoidNamespace.INSTANCE,
                        VoidNamespaceSerializer.INSTANCE,
                        BATCH,
                        (key, restored) -> {
                            if (restored.value().next() != Step.NONE) {
                                mailbox.execute(() -> step((String) key), "track#restored");
                            }
                        });
    }

    @Override
    public void snapshotState(StateSnapshotContext context) throws Exception {
        super.snapshotState(context);
        gate.barrier(context.getCheckpointId());
    }

    @Override
    public void notifyCheckpointComplete(long checkpointId) throws Exception {
        super.notifyCheckpointComplete(checkpointId);
        for (String key : gate.complete(checkpointId)) {
            step(key);
        }
    }

    @Override
    public void processElement1(StreamRecord<Completion> element) throws Exception {
        TrackedBatch before = current();
        if (before.isComplete()) {
            trackMetrics.resultsBeyond.inc();
            return;
        }
        output.collect(element);
        TrackedBatch after = before.counted(element.getValue(), nowMs());
        update(after);
        if (after.manifest() == null) {
            timers.registerProcessingTimeTimer(VoidNamespace.INSTANCE, abandonedMs(after));
        } else {
            publishNowAndThen(after.manifest(), after);
        }
    }

    @Override
    public void processElement2(StreamRecord<ControlMessage> element) throws Exception {
        ControlMessage message = element.getValue();
        if (message instanceof ControlMessage.CreateBatch created) {
            TrackedBatch before = current();
            TrackedBatch after = before.created(created.manifest());
            update(after);
            if (before.manifest() == null && before.hasNews()) {
                publish(after); // Else it stands on the topic as its gateway wrote it.
            }
        } else if (message instanceof ControlMessage.CancelBatch canceled) {
            TrackedBatch before = current();
            TrackedBatch after = before.canceledAt(canceled.atMs());
            update(after);
            if (after.manifest() == null) {
                timers.registerProcessingTimeTimer(VoidNamespace.INSTANCE, abandonedMs(after));
            } else if (!after.equals(before)) {
                publish(after);
            }
        } else if (message instanceof ControlMessage.DeleteBatch && batch.value() != null) {
            update(batch.value().deleted());
        }
    }

    @Override
    public void onProcessingTime(InternalTimer<String, VoidNamespace> timer) throws Exception {
        TrackedBatch tracked = batch.value();
        if (tracked == null) {
            return;
        }
        BatchManifest manifest = tracked.manifest();
        if (manifest == null) {
            if (nowMs() >= abandonedMs(tracked)) {
                update(tracked.abandoned());
            }
        } else if (tracked.endedMs() == null) {
            publishNowAndThen(manifest, tracked);
        } else {
            update(tracked.archivedIfDue(nowMs()));
        }
    }

    @Override
    public void onEventTime(InternalTimer<String, VoidNamespace> timer) {}

    @Override
    public void close() throws Exception {
        remover.shutdownNow();
        super.close();
    }

    /** Does what waited for a checkpoint. */
    private void step(String key) throws Exception {
        setCurrentKey(key);
        TrackedBatch tracked = batch.value();
        switch (tracked == null ? Step.NONE : tracked.next()) {
            case NONE -> {}
            case END -> end(tracked);
            case MERGE -> remover.execute(() -> merge(key));
            case ARCHIVE, DELETE -> remover.execute(() -> remove(key));
        }
    }

    private void end(TrackedBatch tracked) throws Exception {
        TrackedBatch ended = tracked.endedAt(nowMs());
        update(ended);
        publish(ended);
        trackMetrics.ended.inc();
        BatchManifest manifest = ended.manifest();
        if (manifest != null) {
            nextPublishMs.remove(manifest.id());
            timers.registerProcessingTimeTimer(VoidNamespace.INSTANCE, manifest.archivedMs());
        }
    }

    /** Runs on the thread that may block. */
    private void merge(String key) {
        ThrowingRunnable<Exception> next = () -> merged(key);
        try {
            files.merge(key);
        } catch (IOException | RuntimeException e) {
            LOG.warn("results of batch {} are not merged yet", key, e);
            next = () -> mergeLater(key);
        }
        tell(next, key);
    }

    /** Runs on the thread that may block. */
    private void remove(String key) {
        ThrowingRunnable<Exception> next = () -> removed(key);
        try {
            files.remove(key);
        } catch (IOException | RuntimeException e) {
            LOG.warn("results of batch {} are not removed yet", key, e);
            next = () -> removeLater(key);
        }
        tell(next, key);
    }

    private void tell(ThrowingRunnable<Exception> next, String key) {
        try {
            mailbox.execute(next, "track#files");
        } catch (RejectedExecutionException ended) {
            LOG.info("the task ended: its successor sees to the files of batch {} again", key);
        }
    }

    private void merged(String key) throws Exception {
        setCurrentKey(key);
        TrackedBatch tracked = batch.value();
        if (tracked != null && tracked.next() == Step.MERGE) {
            batch.update(tracked.merged());
        }
    }

    private void mergeLater(String key) {
        trackMetrics.mergesFailed.inc();
        gate.add(key);
    }

    private void removed(String key) throws Exception {
        setCurrentKey(key);
        TrackedBatch tracked = batch.value();
        if (tracked == null) {
            return;
        }
        if (tracked.next() == Step.ARCHIVE) {
            TrackedBatch archived = tracked.archivedAt(nowMs());
            batch.update(archived);
            publish(archived);
            trackMetrics.archived.inc();
        } else if (tracked.next() == Step.DELETE) {
            batch.clear();
            send(BatchUpdate.deleted(key));
            (tracked.manifest() == null ? trackMetrics.abandoned : trackMetrics.deleted).inc();
        }
    }

    private void removeLater(String key) {
        trackMetrics.removalsFailed.inc();
        gate.add(key);
    }

    private TrackedBatch current() throws IOException {
        @Nullable TrackedBatch tracked = batch.value();
        return tracked == null ? TrackedBatch.seen(nowMs()) : tracked;
    }

    private void update(TrackedBatch tracked) throws IOException {
        TrackedBatch before = batch.value();
        batch.update(tracked);
        if (tracked.next() != (before == null ? Step.NONE : before.next())) {
            gate.add((String) getCurrentKey());
        }
    }

    /** Publishes it if it was not published lately; else a timer does. */
    private void publishNowAndThen(BatchManifest manifest, TrackedBatch tracked) {
        long nowMs = nowMs();
        long dueMs = nextPublishMs.getOrDefault(manifest.id(), nowMs);
        if (nowMs >= dueMs) {
            publish(tracked);
            nextPublishMs.put(manifest.id(), nowMs + settings.publishInterval().toMillis());
        } else {
            timers.registerProcessingTimeTimer(VoidNamespace.INSTANCE, dueMs);
        }
    }

    private void publish(TrackedBatch tracked) {
        send(BatchUpdate.of(tracked.state(nowMs())));
    }

    private void send(BatchUpdate update) {
        output.collect(TrackPipeline.UPDATES, new StreamRecord<>(update));
    }

    private long abandonedMs(TrackedBatch tracked) {
        return tracked.seenMs() + settings.abandonAfter().toMillis();
    }

    private long nowMs() {
        return getProcessingTimeService().getCurrentProcessingTime();
    }
}
