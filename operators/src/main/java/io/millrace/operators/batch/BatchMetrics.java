package io.millrace.operators.batch;

import io.millrace.core.request.QueuedRequest;
import io.millrace.core.schedule.WaitingPolicy;
import java.util.List;
import java.util.OptionalLong;
import java.util.function.ToDoubleFunction;
import java.util.function.ToLongFunction;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.flink.annotation.PublicEvolving;
import org.apache.flink.api.common.operators.ProcessingTimeService;
import org.apache.flink.metrics.Counter;
import org.apache.flink.metrics.Gauge;
import org.apache.flink.metrics.MetricGroup;
import org.jspecify.annotations.Nullable;

/**
 * What a subtask of {@code batch} shows. The task's thread takes a look once a second; reporters
 * read the last look from their own threads.
 */
@PublicEvolving
public final class BatchMetrics {

    /** Requests that wait for the engine. */
    public static final String QUEUE_LENGTH = "queueLength";

    /** How long the oldest of them has waited. */
    public static final String OLDEST_AGE_MS = "oldestAgeMs";

    /** Requests without a result: those that wait and those that the engine holds. */
    public static final String HELD_REQUESTS = "heldRequests";

    /** Prompt tokens of all of them. */
    public static final String HELD_PROMPT_TOKENS = "heldPromptTokens";

    /** Length buckets. */
    public static final String BUCKETS = "buckets";

    /** Share of padding if every prompt were filled up to its bucket. */
    public static final String BUCKET_WASTE = "bucketWaste";

    /** Micro-batches handed out. */
    public static final String MICRO_BATCHES = "microBatches";

    /** Requests handed out. */
    public static final String REQUESTS_HANDED_OUT = "requestsHandedOut";

    /** The longest that one waited before it was handed out. */
    public static final String LONGEST_WAIT_MS = "longestWaitMs";

    /**
     * Difference in service between tenants that wait, since the set of those changed: a token of a
     * prompt counts 1, one of an answer 2 (VTC).
     */
    public static final String SERVICE_GAP = "serviceGap";

    /** The largest that was seen. */
    public static final String LARGEST_SERVICE_GAP = "largestServiceGap";

    /** Service of a tenant, in the group {@link #TENANT}. */
    public static final String TENANT_SERVICE = "tenantService";

    /** Label: the tenant. */
    public static final String TENANT = "tenant";

    /** Arrow memory in use. */
    public static final String ARROW_BYTES = "arrowBytes";

    private static final long INTERVAL_MS = 1_000;

    private final ProcessingTimeService timers;
    private final AlarmClock nextLook;
    private final Counter microBatches;
    private final Counter requestsHandedOut;
    private final TenantMeter tenants;
    private @Nullable HeldRequests watched;
    private @Nullable EnginePort engine;
    private volatile long longestWaitMs;
    private volatile Look look = new Look(0, 0, 0, 0, 0, 0);

    BatchMetrics(
            MetricGroup group,
            ProcessingTimeService timers,
            BufferAllocator allocator,
            WaitingPolicy policy) {
        this.timers = timers;
        this.nextLook = new AlarmClock(timers, this::look);
        this.microBatches = group.counter(MICRO_BATCHES);
        this.requestsHandedOut = group.counter(REQUESTS_HANDED_OUT);
        this.tenants = new TenantMeter(group, policy);
        group.gauge(LONGEST_WAIT_MS, (Gauge<Long>) () -> longestWaitMs);
        number(group, QUEUE_LENGTH, Look::waiting);
        number(group, OLDEST_AGE_MS, Look::oldestAgeMs);
        number(group, HELD_REQUESTS, Look::held);
        number(group, HELD_PROMPT_TOKENS, Look::promptTokens);
        number(group, BUCKETS, Look::buckets);
        share(group, BUCKET_WASTE, Look::waste);
        group.gauge(ARROW_BYTES, (Gauge<Long>) allocator::getAllocatedMemory);
    }

    /** Looks at these from now on. */
    void watch(HeldRequests held, EnginePort newEngine) {
        watched = held;
        engine = newEngine;
        look();
    }

    /** What tenants are served, to be told of every request. */
    TenantMeter tenants() {
        return tenants;
    }

    private void look() {
        HeldRequests held = watched;
        if (held == null) {
            return;
        }
        long nowMs = timers.getCurrentProcessingTime();
        look =
                new Look(
                        held.waiting(),
                        held.size(),
                        held.promptTokens(),
                        Math.max(0, nowMs - held.oldestWaitingMs().orElse(nowMs)),
                        held.buckets().size(),
                        held.expectedWaste());
        if (engine != null) {
            engine.answerTokens().forEach(tenants::answered);
        }
        tenants.look();
        nextLook.set(OptionalLong.of(nowMs + INTERVAL_MS));
    }

    void handedOut(List<QueuedRequest> requests) {
        microBatches.inc();
        requestsHandedOut.inc(requests.size());
        long nowMs = timers.getCurrentProcessingTime();
        for (QueuedRequest request : requests) {
            tenants.handedOut(request);
            longestWaitMs = Math.max(longestWaitMs, nowMs - request.request().arrivalMs());
        }
    }

    private void number(MetricGroup group, String name, ToLongFunction<Look> value) {
        group.gauge(name, (Gauge<Long>) () -> value.applyAsLong(look));
    }

    private void share(MetricGroup group, String name, ToDoubleFunction<Look> value) {
        group.gauge(name, (Gauge<Double>) () -> value.applyAsDouble(look));
    }

    private record Look(
            int waiting,
            int held,
            long promptTokens,
            long oldestAgeMs,
            int buckets,
            double waste) {}
}
