package io.millrace.operators.generate;

import io.millrace.core.codec.ProgressCodec;
import io.millrace.core.codec.QuantileShiftsCodec;
import io.millrace.core.engine.EngineRoom;
import io.millrace.core.engine.GenerationEngine;
import io.millrace.core.engine.GenerationResult;
import io.millrace.core.engine.GenerationTask;
import io.millrace.core.engine.ModelInfo;
import io.millrace.core.engine.Progress;
import io.millrace.core.request.Completion;
import io.millrace.core.request.Failure;
import io.millrace.core.request.InferenceRequest;
import io.millrace.core.request.QuantileShifts;
import io.millrace.core.request.QueuedRequest;
import io.millrace.operators.batch.BatchPort;
import io.millrace.operators.batch.EnginePort;
import io.millrace.operators.batch.Handover;
import io.millrace.operators.batch.TokenBatch;
import io.millrace.operators.codec.CodecTypeInfo;
import io.millrace.operators.report.Figures;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalInt;
import org.apache.flink.annotation.Internal;
import org.apache.flink.api.common.operators.MailboxExecutor;
import org.apache.flink.api.common.state.ListState;
import org.apache.flink.api.common.state.ListStateDescriptor;
import org.apache.flink.api.common.state.MapState;
import org.apache.flink.api.common.state.MapStateDescriptor;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.runtime.state.StateInitializationContext;
import org.apache.flink.runtime.state.StateSnapshotContext;
import org.apache.flink.streaming.api.operators.AbstractStreamOperator;
import org.apache.flink.streaming.api.operators.OneInputStreamOperator;
import org.apache.flink.streaming.api.operators.StreamOperatorParameters;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.jspecify.annotations.Nullable;

/**
 * Submits micro-batches to the engine, which runs on its own thread, and emits its results. Keyed
 * state holds the progress of what was in flight at the last checkpoint; a request leaves it, and
 * the state of {@code batch}, in the turn of the mailbox that emits its result.
 *
 * <p>Everything here runs on the task's thread. A broken engine fails the task; a request that the
 * engine cannot answer does not.
 */
@Internal
final class GenerateOperator extends AbstractStreamOperator<Completion>
        implements OneInputStreamOperator<Handover, Completion>, EnginePort {

    private static final long serialVersionUID = 1L;

    private static final MapStateDescriptor<String, Progress> PROGRESS =
            new MapStateDescriptor<>(
                    "progress", Types.STRING, CodecTypeInfo.of(new ProgressCodec()));

    private static final ListStateDescriptor<QuantileShifts> CORRECTIONS =
            new ListStateDescriptor<>(
                    "engine-corrections", CodecTypeInfo.of(new QuantileShiftsCodec()));

    private final GenerationEngine.Factory engines;
    private final EngineEvents events;
    private final Map<String, InFlight> inFlight = new HashMap<>();

    private MapState<String, Progress> progress;
    private ListState<QuantileShifts> corrections;
    private QuantileShifts learned = QuantileShifts.NONE;
    private Figures figures;
    private GenerateMetrics engineMetrics;
    private @Nullable GenerationEngine engine;
    private @Nullable BatchPort batch;
    private Map<String, Progress> beforeBarrier = Map.of();

    @SuppressWarnings("NullAway.Init") // Flink initialises state, then opens, before any record.
    GenerateOperator(
            StreamOperatorParameters<Completion> parameters, GenerationEngine.Factory engines) {
        super(parameters);
        this.engines = engines;
        MailboxExecutor mailbox = parameters.getMailboxExecutor();
        this.events = new EngineEvents(mailbox, this::emitResultsAndAskForMore);
    }

    @Override
    public void initializeState(StateInitializationContext context) throws Exception {
        super.initializeState(context);
        progress = context.getKeyedStateStore().getMapState(PROGRESS);
        corrections = context.getOperatorStateStore().getUnionListState(CORRECTIONS);
        List<QuantileShifts> restored = new ArrayList<>();
        corrections.get().forEach(restored::add);
        learned = QuantileShifts.mean(restored);
        figures = Figures.restore(context.getOperatorStateStore(), getRuntimeContext());
    }

    @Override
    public void open() throws Exception {
        super.open();
        GenerationEngine started = engines.start(events);
        started.correctPredictions(learned);
        engine = started;
        engineMetrics =
                new GenerateMetrics(getMetricGroup(), getProcessingTimeService(), started, figures);
    }

    /** A micro-batch spans lanes, so the key is set per request and not per element. */
    @Override
    public void setKeyContextElement1(
            @SuppressWarnings("rawtypes") StreamRecord element) { // Flink's signature.
    }

    @Override
    public void processElement(StreamRecord<Handover> element) throws Exception {
        Handover handover = element.getValue();
        if (handover instanceof Handover.Introduction introduction) {
            batch = introduction.batch();
            introduction.batch().attach(this);
        } else if (handover instanceof Handover.Work work) {
            try (TokenBatch tokens = work.tokens()) {
                submit(tokens);
            }
        }
    }

    /**
     * Progress is asked for before results are taken, so that a task which ends in between is in
     * one of the two: the engine reports a result before it forgets the progress.
     */
    @Override
    public void prepareSnapshotPreBarrier(long checkpointId) throws Exception {
        beforeBarrier = engine().progress();
        emitResults();
    }

    @Override
    public void snapshotState(StateSnapshotContext context) throws Exception {
        super.snapshotState(context);
        for (Map.Entry<String, Progress> entry : beforeBarrier.entrySet()) {
            InFlight held = inFlight.get(entry.getKey());
            if (held != null && !entry.getValue().equals(Progress.NONE)) {
                setCurrentKey(held.request().lane());
                progress.put(entry.getKey(), entry.getValue());
            }
        }
        beforeBarrier = Map.of();
        engineMetrics.look();
        figures.snapshot();
        QuantileShifts now = engine().statistics().prediction().shifts();
        // An engine that has not worked yet does not show what it goes on from.
        learned = now.equals(QuantileShifts.NONE) ? learned : now;
        corrections.update(List.of(learned));
    }

    @Override
    public void finish() throws Exception {
        if (!inFlight.isEmpty()) {
            throw new IllegalStateException(
                    "in flight: %d (expected: 0 when all input ended)".formatted(inFlight.size()));
        }
        engineMetrics.look();
        super.finish();
    }

    @Override
    public void close() throws Exception {
        if (engine != null) {
            engine.close();
            engine = null;
        }
        super.close();
    }

    @Override
    public ModelInfo model() {
        return engine().model();
    }

    @Override
    public EngineRoom room() {
        return engine().room();
    }

    @Override
    public Progress progressOf(QueuedRequest request) throws Exception {
        setCurrentKey(request.lane());
        Progress saved = progress.get(request.key());
        return Objects.requireNonNullElse(saved, Progress.NONE);
    }

    @Override
    public Map<String, Integer> answerTokens() {
        Map<String, Integer> tokens = new HashMap<>();
        engine().progress().forEach((key, each) -> tokens.put(key, each.tokens().length));
        return tokens;
    }

    @Override
    public void reject(QueuedRequest request, Failure failure) throws Exception {
        long nowMs = getProcessingTimeService().getCurrentProcessingTime();
        emit(request, Completion.rejected(request.request(), model().name(), failure, nowMs));
    }

    @Override
    public void stop(String key, Failure reason) {
        InFlight held = inFlight.get(key);
        if (held != null) {
            held.stop(reason);
            engine().cancel(key);
        }
    }

    private void submit(TokenBatch tokens) throws Exception {
        List<GenerationTask> tasks = new ArrayList<>(tokens.requests().size());
        for (int row = 0; row < tokens.requests().size(); row++) {
            QueuedRequest queued = tokens.requests().get(row);
            InferenceRequest request = queued.request();
            inFlight.put(queued.key(), new InFlight(queued));
            tasks.add(
                    new GenerationTask(
                            queued.key(),
                            tokens.promptTokens(row),
                            progressOf(queued),
                            queued.maxTokens(),
                            request.sampling(),
                            request.stop(),
                            request.topLogprobs(),
                            request.speculate(),
                            queued.predicted(),
                            request.service(),
                            request.arrivalMs()));
        }
        engine().submit(tasks);
    }

    private void emitResultsAndAskForMore() throws Exception {
        emitResults();
        batch().roomGrew();
    }

    private void emitResults() throws Exception {
        GenerationResult result = events.nextResult();
        while (result != null) {
            InFlight ended = inFlight.remove(result.key());
            if (ended == null) {
                throw new IllegalStateException(
                        "result: %s (expected: a key in flight)".formatted(result.key()));
            }
            OptionalInt answer = answerTokens(result);
            answer.ifPresent(tokens -> engineMetrics.answered(ended.request(), tokens));
            emit(ended.request(), ended.completion(result, model().name()));
            batch().finished(result.key(), answer);
            result = events.nextResult();
        }
    }

    private void emit(QueuedRequest request, Completion completion) throws Exception {
        output.collect(new StreamRecord<>(completion));
        setCurrentKey(request.lane());
        progress.remove(request.key());
        engineMetrics.emitted(completion);
    }

    private static OptionalInt answerTokens(GenerationResult result) {
        return result.outcome() instanceof Completion.Succeeded
                ? OptionalInt.of(result.usage().outputTokens())
                : OptionalInt.empty();
    }

    private GenerationEngine engine() {
        if (engine == null) {
            throw new IllegalStateException("engine: none (expected: opened, not closed)");
        }
        return engine;
    }

    private BatchPort batch() {
        if (batch == null) {
            throw new IllegalStateException("generate: no batch (expected: chained to batch)");
        }
        return batch;
    }
}
