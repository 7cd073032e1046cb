package io.millrace.operators.generate;

import static java.util.Objects.requireNonNull;

import io.millrace.core.control.ControlMessage;
import io.millrace.core.engine.GenerationEngine;
import io.millrace.core.request.Completion;
import io.millrace.core.request.QueuedRequest;
import io.millrace.operators.batch.BatchOperatorFactory;
import io.millrace.operators.batch.BatchSettings;
import io.millrace.operators.batch.Handover;
import java.util.ArrayList;
import java.util.List;
import org.apache.flink.api.common.operators.MailboxExecutor;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.runtime.state.StateBackend;
import org.apache.flink.streaming.api.operators.AbstractStreamOperatorFactory;
import org.apache.flink.streaming.api.operators.OneInputStreamOperator;
import org.apache.flink.streaming.api.operators.StreamOperator;
import org.apache.flink.streaming.api.operators.StreamOperatorParameters;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.apache.flink.streaming.runtime.tasks.StreamTaskActionExecutor;
import org.apache.flink.streaming.runtime.tasks.mailbox.MailboxExecutorImpl;
import org.apache.flink.streaming.util.AbstractStreamOperatorTestHarness;
import org.jspecify.annotations.Nullable;

/**
 * One subtask of {@code batch} and {@code generate} as a chain: what one emits the other processes
 * at once, both use one mailbox, the last opens and snapshots first. Mails run when asked for.
 */
final class ChainHarness implements AutoCloseable {

    static final int MAX_PARALLELISM = 128;

    /** State of both operators. */
    record Checkpoint(OperatorSubtaskState batch, OperatorSubtaskState generate) {

        /** What subtasks wrote, as one, so that it can be dealt out anew. */
        static Checkpoint ofAll(List<Checkpoint> parts) throws Exception {
            return new Checkpoint(
                    AbstractStreamOperatorTestHarness.repackageState(
                            parts.stream()
                                    .map(Checkpoint::batch)
                                    .toArray(OperatorSubtaskState[]::new)),
                    AbstractStreamOperatorTestHarness.repackageState(
                            parts.stream()
                                    .map(Checkpoint::generate)
                                    .toArray(OperatorSubtaskState[]::new)));
        }

        private static OperatorSubtaskState share(
                OperatorSubtaskState all, int oldSubtasks, int subtasks, int subtask) {
            return AbstractStreamOperatorTestHarness.repartitionOperatorState(
                    all, MAX_PARALLELISM, oldSubtasks, subtasks, subtask);
        }

        /** The share of one of so many subtasks. */
        Checkpoint share(int oldSubtasks, int subtasks, int subtask) {
            return new Checkpoint(
                    share(batch, oldSubtasks, subtasks, subtask),
                    share(generate, oldSubtasks, subtasks, subtask));
        }
    }

    private final KeyedHarness<Handover> batch;
    private final KeyedHarness<Completion> generate;
    private final MailboxExecutor mailbox;
    private long checkpoints;
    private int taken;

    private ChainHarness(
            BatchSettings settings, GenerationEngine.Factory engines, int subtasks, int subtask)
            throws Exception {
        batch =
                new KeyedHarness<>(
                        new BatchOperatorFactory(settings), MAX_PARALLELISM, subtasks, subtask);
        mailbox =
                new MailboxExecutorImpl(
                        batch.getTaskMailbox(), 0, StreamTaskActionExecutor.IMMEDIATE);
        generate =
                new KeyedHarness<>(
                        new OnMailbox(engines, mailbox), MAX_PARALLELISM, subtasks, subtask);
    }

    /** A chain that starts empty. */
    static ChainHarness open(BatchSettings settings, GenerationEngine.Factory engines)
            throws Exception {
        return open(settings, engines, null, 1, 0, null);
    }

    /** One of several chains, restored from its share of a checkpoint. */
    static ChainHarness open(
            BatchSettings settings,
            GenerationEngine.Factory engines,
            @Nullable Checkpoint checkpoint,
            int subtasks,
            int subtask,
            @Nullable StateBackend backend)
            throws Exception {
        ChainHarness chain = new ChainHarness(settings, engines, subtasks, subtask);
        if (backend != null) {
            chain.batch.setStateBackend(backend);
            chain.generate.setStateBackend(backend);
        }
        chain.batch.setOutputCreator(type -> new DirectOutput<>(chain::handOver));
        chain.batch.setup();
        chain.generate.setup();
        if (checkpoint == null) {
            chain.generate.initializeEmptyState();
            chain.batch.initializeEmptyState();
        } else {
            chain.generate.initializeState(checkpoint.generate());
            chain.batch.initializeState(checkpoint.batch());
        }
        chain.generate.open();
        chain.batch.open();
        return chain;
    }

    void process(QueuedRequest... requests) throws Exception {
        for (QueuedRequest request : requests) {
            batch.processRequest(request);
        }
    }

    void cancel(String id) throws Exception {
        control(new ControlMessage.Cancel(id));
    }

    void control(ControlMessage message) throws Exception {
        batch.processControl(message);
    }

    void endInput(int inputId) throws Exception {
        batch.endInput(inputId);
    }

    /** Runs what the engine posted. */
    void runMails() {
        boolean ran = mailbox.tryYield();
        while (ran) {
            ran = mailbox.tryYield();
        }
    }

    void setTime(long ms) throws Exception {
        generate.setProcessingTime(ms);
        batch.setProcessingTime(ms);
    }

    /** The first half of a checkpoint: results emitted here belong to it. */
    void beforeBarrier() throws Exception {
        checkpoints++;
        batch.prepareSnapshotPreBarrier(checkpoints);
        generate.prepareSnapshotPreBarrier(checkpoints);
    }

    /** The second half. */
    Checkpoint snapshot() throws Exception {
        OperatorSubtaskState ofGenerate = generate.snapshot(checkpoints, checkpoints);
        return new Checkpoint(batch.snapshot(checkpoints, checkpoints), ofGenerate);
    }

    Checkpoint checkpoint() throws Exception {
        beforeBarrier();
        return snapshot();
    }

    /** The results emitted since the last call. */
    List<Completion> takeResults() {
        List<Completion> all = generate.extractOutputValues();
        List<Completion> fresh = new ArrayList<>(all.subList(taken, all.size()));
        taken = all.size();
        return fresh;
    }

    /** The value of a gauge of {@code batch}. */
    Object batchGauge(String name) {
        return batch.gauge(name);
    }

    /** Entries in keyed state of both. */
    int keyedEntries() {
        return batch.keyedEntries() + generate.keyedEntries();
    }

    KeyedHarness<Handover> batch() {
        return batch;
    }

    KeyedHarness<Completion> generate() {
        return generate;
    }

    /**
     * Closes both as after a failure, where nothing is finished first; fails if the Arrow allocator
     * of {@code batch} still holds memory.
     */
    @Override
    public void close() throws Exception {
        generate.getOperator().close();
        batch.getOperator().close();
        generate.getEnvironment().close();
        batch.getEnvironment().close();
    }

    private void handOver(Handover handover) throws Exception {
        oneInput().processElement(new StreamRecord<>(handover));
    }

    @SuppressWarnings("unchecked") // It is this operator.
    private OneInputStreamOperator<Handover, Completion> oneInput() {
        return (OneInputStreamOperator<Handover, Completion>)
                (Object) requireNonNull(generate.getOperator());
    }

    /** Makes the operator on the mailbox of the chain; each harness has one of its own. */
    private static final class OnMailbox extends AbstractStreamOperatorFactory<Completion> {

        private static final long serialVersionUID = 1L;

        private final transient GenerationEngine.Factory engines;
        private final transient MailboxExecutor mailbox;

        OnMailbox(GenerationEngine.Factory engines, MailboxExecutor mailbox) {
            this.engines = engines;
            this.mailbox = mailbox;
        }

        @Override
        @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"}) // Flink's signature.
        public <T extends StreamOperator<Completion>> T createStreamOperator(
                StreamOperatorParameters<Completion> own) {
            return (T)
                    new GenerateOperator(
                            new StreamOperatorParameters<>(
                                    own.getContainingTask(),
                                    own.getStreamConfig(),
                                    own.getOutput(),
                                    own::getProcessingTimeService,
                                    own.getOperatorEventDispatcher(),
                                    mailbox),
                            engines);
        }

        @Override
        @SuppressWarnings("rawtypes") // Flink's signature.
        public Class<? extends StreamOperator> getStreamOperatorClass(ClassLoader classLoader) {
            return GenerateOperator.class;
        }
    }
}
