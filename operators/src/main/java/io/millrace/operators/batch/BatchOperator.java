package io.millrace.operators.batch;

import io.millrace.core.bucket.BucketSettings;
import io.millrace.core.bucket.RequestQueues;
import io.millrace.core.codec.QueuedRequestCodec;
import io.millrace.core.control.ControlMessage;
import io.millrace.core.engine.EngineRoom;
import io.millrace.core.engine.Progress;
import io.millrace.core.request.Failure;
import io.millrace.core.request.FailureCode;
import io.millrace.core.request.QueuedRequest;
import io.millrace.core.schedule.policy.WaitingPolicies;
import io.millrace.operators.codec.CodecTypeInfo;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.apache.flink.annotation.Internal;
import org.apache.flink.api.common.operators.MailboxExecutor;
import org.apache.flink.api.common.state.MapState;
import org.apache.flink.api.common.state.MapStateDescriptor;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.runtime.state.StateInitializationContext;
import org.apache.flink.runtime.state.StateSnapshotContext;
import org.apache.flink.runtime.state.VoidNamespace;
import org.apache.flink.runtime.state.VoidNamespaceSerializer;
import org.apache.flink.streaming.api.operators.AbstractStreamOperator;
import org.apache.flink.streaming.api.operators.BoundedMultiInput;
import org.apache.flink.streaming.api.operators.StreamOperatorParameters;
import org.apache.flink.streaming.api.operators.TwoInputStreamOperator;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.jspecify.annotations.Nullable;

/**
 * Holds every accepted request until its result was emitted and hands micro-batches to the engine
 * whenever that has room, so that it always chooses among everything that waits. Input 1 is keyed
 * by lane, input 2 is broadcast.
 *
 * <p>When it holds as much as it may it yields the mailbox, which pauses its input while results go
 * on. The barrier of an aligned checkpoint then waits behind all requests in the network buffers,
 * so jobs take unaligned ones. Everything runs on the task's thread.
 */
@Internal
final class BatchOperator extends AbstractStreamOperator<Handover>
        implements TwoInputStreamOperator<QueuedRequest, ControlMessage, Handover>,
                BoundedMultiInput,
                BatchPort {

    private static final long serialVersionUID = 1L;

    private static final MapStateDescriptor<String, QueuedRequest> REQUESTS =
            new MapStateDescriptor<>(
                    "requests", Types.STRING, CodecTypeInfo.of(new QueuedRequestCodec()));
    private static final EngineRoom ONE_WHATEVER_ITS_SIZE = new EngineRoom(1, Long.MAX_VALUE);
    private static final Failure CANCELED =
            new Failure(FailureCode.CANCELED, "canceled on the control input");

    private final BatchSettings settings;
    private final Runnable announceDrained;
    private final MailboxExecutor mailbox;
    private final AlarmClock deadlines;

    private MapState<String, QueuedRequest> requests;
    private Cancellations cancellations;
    private LengthEstimates estimates;
    private BatchMetrics batchMetrics;
    private BufferAllocator allocator;
    private @Nullable HeldRequests held;
    private @Nullable EnginePort engine;
    private boolean requestsEnded;
    private boolean controlEnded;

    @SuppressWarnings("NullAway.Init") // Flink initialises state, then opens, before any record.
    BatchOperator(
            StreamOperatorParameters<Handover> parameters,
            BatchSettings settings,
            Runnable announceDrained) {
        super(parameters);
        this.settings = settings;
        this.announceDrained = announceDrained;
        this.mailbox = parameters.getMailboxExecutor();
        this.deadlines = new AlarmClock(getProcessingTimeService(), this::expire);
    }

    @Override
    public void initializeState(StateInitializationContext context) throws Exception {
        super.initializeState(context);
        requests = context.getKeyedStateStore().getMapState(REQUESTS);
        cancellations =
                new Cancellations(context.getOperatorStateStore(), settings.cancellationWindowMs());
        estimates = LengthEstimates.restore(settings.prediction(), context.getOperatorStateStore());
    }

    @Override
    public void snapshotState(StateSnapshotContext context) throws Exception {
        super.snapshotState(context);
        estimates.snapshot();
    }

    /** In a chain the last operator opens first, so the engine runs when it is introduced to. */
    @Override
    public void open() throws Exception {
        super.open();
        allocator = new RootAllocator();
        batchMetrics =
                new BatchMetrics(
                        getMetricGroup(),
                        getProcessingTimeService(),
                        allocator,
                        WaitingPolicies.named(settings.policy()));
        output.collect(new StreamRecord<>(new Handover.Introduction(this)));
    }

    @Override
    public void attach(EnginePort newEngine) throws Exception {
        EngineRoom whole = newEngine.room();
        BucketSettings buckets =
                BucketSettings.of(newEngine.model().contextLength(), Math.max(1, whole.tokens()));
        HeldRequests all =
                new HeldRequests(
                        RequestQueues.of(settings.policy(), settings.bucketOrder(), buckets));
        engine = newEngine;
        held = all;
        for (QueuedRequest request : restoredRequests()) {
            hold(request, newEngine.progressOf(request));
        }
        batchMetrics.watch(all, newEngine);
        afterChange();
    }

    @Override
    public void processElement1(StreamRecord<QueuedRequest> element) throws Exception {
        QueuedRequest request = element.getValue();
        if (held().contains(request.key())) {
            return; // Read again after a failure without exactly-once checkpoints.
        }
        requests.put(request.key(), request);
        hold(request, Progress.NONE);
        afterChange();
        while (isFull()) {
            mailbox.yield();
        }
    }

    @Override
    public void processElement2(StreamRecord<ControlMessage> element) throws Exception {
        ControlMessage message = element.getValue();
        if (message instanceof ControlMessage.Cancel cancel) {
            cancellations.add(cancel.id(), nowMs());
            cancel(held().withId(cancel.id()));
        } else if (message instanceof ControlMessage.CancelBatch cancel) {
            cancellations.add(cancel, nowMs());
            cancel(held().ofBatch(cancel.batch()));
        } else if (message instanceof ControlMessage.CreateBatch created) {
            cancellations.created(created.manifest(), nowMs());
        }
    }

    private void cancel(List<QueuedRequest> requests) throws Exception {
        for (QueuedRequest request : requests) {
            end(request, CANCELED);
        }
        afterChange();
    }

    @Override
    public void roomGrew() throws Exception {
        afterChange();
    }

    @Override
    public void finished(String key, OptionalInt answerTokens) throws Exception {
        QueuedRequest request = held().get(key);
        held().ended(key, answerTokens.orElse(0));
        batchMetrics.tenants().left(key, answerTokens);
        forget(request);
        if (answerTokens.isPresent() && estimates.learn(request, answerTokens.getAsInt())) {
            held().reestimate(waiting -> estimates.of(waiting, 0));
        }
        announceIfDrained();
    }

    @Override
    public void endInput(int inputId) throws Exception {
        requestsEnded |= inputId == 1;
        controlEnded |= inputId == 2;
        announceIfDrained();
        if (requestsEnded && controlEnded) {
            // Only where no drain source kept the control input open: nothing checkpoints now.
            while (held().size() > 0) {
                mailbox.yield();
            }
        }
    }

    @Override
    public void close() throws Exception {
        if (allocator != null) {
            allocator.close();
        }
        super.close();
    }

    /** Queues a request that is in keyed state, or ends it if it cannot be answered. */
    private void hold(QueuedRequest request, Progress progress) throws Exception {
        int promptLength = request.promptTokens().length;
        if (promptLength >= engine().model().contextLength() || !held().fits(request)) {
            reject(request, tooLarge(request));
        } else if (cancellations.covers(request.request(), nowMs())) {
            reject(request, CANCELED);
        } else if (progress.equals(Progress.NONE)) {
            held().add(request, estimates.of(request, 0));
            batchMetrics.tenants().waits(request, 0);
        } else {
            int answered = progress.tokens().length;
            held().addInterrupted(request, estimates.of(request, answered));
            batchMetrics.tenants().waits(request, answered);
        }
    }

    private void afterChange() throws Exception {
        handOut();
        deadlines.set(held().nextDeadlineMs());
    }

    private void handOut() throws Exception {
        List<QueuedRequest> next = next();
        while (!next.isEmpty()) {
            List<QueuedRequest> alive = new ArrayList<>(next.size());
            for (QueuedRequest request : next) {
                if (request.request().service().deadlineMs() > nowMs()) {
                    alive.add(request);
                } else {
                    reject(request, expired(request));
                }
            }
            if (!alive.isEmpty()) {
                batchMetrics.handedOut(alive);
                Handover work = new Handover.Work(TokenBatch.of(allocator, alive));
                output.collect(new StreamRecord<>(work));
            }
            next = next();
        }
    }

    /**
     * The next micro-batch for the engine's room. An idle engine gets one request whatever room it
     * claims to have: what it keeps for itself, a prefix cache say, it can give up.
     */
    private List<QueuedRequest> next() {
        List<QueuedRequest> next = held().next(engine().room(), nowMs());
        boolean idle = held().waiting() == held().size();
        return next.isEmpty() && idle ? held().next(ONE_WHATEVER_ITS_SIZE, nowMs()) : next;
    }

    private void expire() throws Exception {
        for (QueuedRequest request : held().takeExpired(nowMs())) {
            end(request, expired(request));
        }
        afterChange();
    }

    private void end(QueuedRequest request, Failure failure) throws Exception {
        if (held().isWaiting(request.key())) {
            reject(request, failure);
        } else {
            engine().stop(request.key(), failure);
        }
    }

    private void reject(QueuedRequest request, Failure failure) throws Exception {
        engine().reject(request, failure);
        forget(request);
        announceIfDrained();
    }

    /** INVARIANT: keyed state and {@link HeldRequests} hold the same keys after every turn. */
    private void forget(QueuedRequest request) throws Exception {
        held().remove(request.key());
        batchMetrics.tenants().left(request.key(), OptionalInt.empty());
        setCurrentKey(request.lane());
        requests.remove(request.key());
    }

    private void announceIfDrained() {
        if (requestsEnded && held().size() == 0) {
            announceDrained.run();
        }
    }

    private boolean isFull() {
        return held().size() >= settings.maxRequests()
                || held().promptTokens() >= settings.maxPromptTokens();
    }

    private List<QueuedRequest> restoredRequests() throws Exception {
        List<QueuedRequest> restored = new ArrayList<>();
        getKeyedStateBackend()
                .applyToAllKeys(
                        VoidNamespace.INSTANCE,
                        VoidNamespaceSerializer.INSTANCE,
                        REQUESTS,
                        (lane, ofLane) -> ofLane.values().forEach(restored::add));
        return restored;
    }

    private Failure expired(QueuedRequest request) {
        return new Failure(
                FailureCode.EXPIRED,
                "deadline: %d (expected: later than now, %d epoch milliseconds)"
                        .formatted(request.request().service().deadlineMs(), nowMs()));
    }

    private Failure tooLarge(QueuedRequest request) {
        return new Failure(
                FailureCode.REQUEST_TOO_LARGE,
                "max_tokens: %d after a prompt of %d (expected: less together than what the KV"
                                .formatted(request.maxTokens(), request.promptTokens().length)
                        + " cache holds; ask for less or give the engine a larger cache)");
    }

    private long nowMs() {
        return getProcessingTimeService().getCurrentProcessingTime();
    }

    private HeldRequests held() {
        return connected(held);
    }

    private EnginePort engine() {
        return connected(engine);
    }

    private static <T> T connected(@Nullable T part) {
        if (part == null) {
            throw new IllegalStateException("batch: no engine (expected: chained to generate)");
        }
        return part;
    }
}
