package io.millrace.operators.track;

import io.millrace.core.control.ControlMessage;
import io.millrace.core.ledger.BatchUpdate;
import io.millrace.core.request.Completion;
import java.util.ArrayList;
import java.util.List;
import org.apache.flink.api.common.operators.MailboxExecutor;
import org.apache.flink.api.common.typeutils.base.StringSerializer;
import org.apache.flink.api.java.functions.KeySelector;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.runtime.state.AbstractKeyedStateBackend;
import org.apache.flink.runtime.state.KeyGroupRangeAssignment;
import org.apache.flink.streaming.api.operators.TwoInputStreamOperator;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.apache.flink.streaming.runtime.tasks.StreamTaskActionExecutor;
import org.apache.flink.streaming.runtime.tasks.mailbox.MailboxExecutorImpl;
import org.apache.flink.streaming.util.AbstractStreamOperatorTestHarness;
import org.apache.flink.util.concurrent.Executors;
import org.jspecify.annotations.Nullable;

/** One subtask of {@code track}; files are removed at once, but what follows waits for its mail. */
final class TrackHarness extends AbstractStreamOperatorTestHarness<Completion> {

    private static final int MAX_PARALLELISM = 128;

    private final MailboxExecutor mailbox;
    private long checkpoints;
    private int taken;

    private TrackHarness(TrackSettings settings, ResultFiles files, int subtasks, int subtask)
            throws Exception {
        super(
                new TrackOperatorFactory(settings, files, Executors::newDirectExecutorService),
                MAX_PARALLELISM,
                subtasks,
                subtask);
        KeySelector<Completion, String> result = TrackPipeline::batch;
        KeySelector<ControlMessage, String> message = TrackPipeline::batch;
        config.setStatePartitioner(0, result);
        config.setStatePartitioner(1, message);
        config.setStateKeySerializer(StringSerializer.INSTANCE);
        config.serializeAllConfigs();
        mailbox = new MailboxExecutorImpl(getTaskMailbox(), 0, StreamTaskActionExecutor.IMMEDIATE);
    }

    /** The only subtask, from a checkpoint or empty. */
    static TrackHarness open(
            TrackSettings settings, ResultFiles files, @Nullable OperatorSubtaskState checkpoint)
            throws Exception {
        return open(settings, files, checkpoint, 1, 1, 0);
    }

    /** One of several, from its share of what another number of them wrote. */
    static TrackHarness open(
            TrackSettings settings,
            ResultFiles files,
            @Nullable OperatorSubtaskState checkpoint,
            int oldSubtasks,
            int subtasks,
            int subtask)
            throws Exception {
        TrackHarness harness = new TrackHarness(settings, files, subtasks, subtask);
        harness.setup();
        if (checkpoint != null) {
            harness.initializeState(
                    repartitionOperatorState(
                            checkpoint, MAX_PARALLELISM, oldSubtasks, subtasks, subtask));
        }
        harness.open();
        return harness;
    }

    void result(Completion completion) throws Exception {
        StreamRecord<Completion> record = new StreamRecord<>(completion);
        twoInput().setKeyContextElement1(record);
        twoInput().processElement1(record);
    }

    void message(ControlMessage message) throws Exception {
        StreamRecord<ControlMessage> record = new StreamRecord<>(message);
        twoInput().setKeyContextElement2(record);
        twoInput().processElement2(record);
    }

    /** A barrier passes; its checkpoint is complete when the test says so. */
    OperatorSubtaskState barrier() throws Exception {
        checkpoints++;
        return snapshot(checkpoints, checkpoints);
    }

    /** The checkpoint of the last barrier is complete. */
    void complete() throws Exception {
        notifyOfCompletedCheckpoint(checkpoints);
        runMails();
    }

    void checkpoint() throws Exception {
        barrier();
        complete();
    }

    void runMails() {
        boolean ran = mailbox.tryYield();
        while (ran) {
            ran = mailbox.tryYield();
        }
    }

    /** What was published since the last call. */
    List<BatchUpdate> takeUpdates() {
        List<BatchUpdate> all = new ArrayList<>();
        var published = getSideOutput(TrackPipeline.UPDATES);
        if (published != null) {
            published.forEach(record -> all.add(record.getValue()));
        }
        List<BatchUpdate> fresh = List.copyOf(all.subList(taken, all.size()));
        taken = all.size();
        return fresh;
    }

    /** Whether results of that batch come to this subtask. */
    boolean holds(String batch) {
        int subtasks = getEnvironment().getTaskInfo().getNumberOfParallelSubtasks();
        int subtask = getEnvironment().getTaskInfo().getIndexOfThisSubtask();
        return KeyGroupRangeAssignment.assignKeyToParallelOperator(batch, MAX_PARALLELISM, subtasks)
                == subtask;
    }

    int keyedEntries() {
        Object backend = getOperator().getKeyedStateBackend();
        return ((AbstractKeyedStateBackend<?>) backend).numKeyValueStateEntries();
    }

    @SuppressWarnings("unchecked") // The operator under test has these inputs.
    private TwoInputStreamOperator<Completion, ControlMessage, Completion> twoInput() {
        return (TwoInputStreamOperator<Completion, ControlMessage, Completion>)
                (Object) getOperator();
    }
}
