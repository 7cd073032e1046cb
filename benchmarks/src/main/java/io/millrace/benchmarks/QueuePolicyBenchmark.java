package io.millrace.benchmarks;

import io.millrace.core.bucket.BucketSettings;
import io.millrace.core.bucket.MicroBatch;
import io.millrace.core.bucket.RequestQueue;
import io.millrace.core.bucket.RequestQueues;
import io.millrace.core.engine.EngineRoom;
import io.millrace.core.request.QueuedRequest;
import io.millrace.core.request.Service;
import io.millrace.core.schedule.policy.WaitingPolicies;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.SplittableRandom;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/**
 * What each policy costs for each answer of an engine that is full: one ends, the next is chosen
 * among everything that waits, another request arrives.
 */
@State(Scope.Thread)
public class QueuePolicyBenchmark extends TimePerOperation {

    private static final int CONTEXT = 2_048;
    private static final long KV_TOKENS = 65_536;
    private static final int RUNNING = 64;
    private static final int TENANTS = 8;
    private static final long STEP_MS = 50;

    @Param({
        "fcfs",
        "sjf",
        "ljf",
        "shortest-prompt",
        "longest-prompt",
        "bucketserve",
        "bucketserve-quantile",
        "isrtf",
        "mlfq",
        "scls",
        "slo-annealing",
        "qlm",
        "slo-odbs",
        "mc-sf",
        "sorted-f",
        "vtc",
        "vtc-predicted",
        "dlpm"
    })
    String policy;

    @Param("10000")
    int waiting;

    private SampleRequests requests;
    private SplittableRandom random;
    private RequestQueue queue;
    private Deque<String> running;
    private boolean weighsDeadlines;
    private long nowMs;

    @Setup(Level.Iteration)
    public void fill() {
        requests = new SampleRequests(new SplittableRandom(1));
        random = new SplittableRandom(2);
        running = new ArrayDeque<>();
        weighsDeadlines = WaitingPolicies.named(policy).ordersDeadlines();
        queue = RequestQueues.of(policy, "fcfs", BucketSettings.of(CONTEXT, KV_TOKENS));
        for (int i = 0; i < waiting; i++) {
            queue.add(next());
        }
        take(RUNNING);
    }

    /** One of 64 answers ends; who takes its place is chosen among all that wait. */
    @Benchmark
    public MicroBatch answerEnds() {
        nowMs += STEP_MS;
        if (!running.isEmpty()) {
            queue.ended(running.poll(), 1);
        }
        MicroBatch batch = take(1);
        for (int i = 0; i < batch.requests().size(); i++) {
            queue.add(next());
        }
        return batch;
    }

    private MicroBatch take(int sequences) {
        MicroBatch batch = queue.poll(new EngineRoom(sequences, KV_TOKENS), nowMs);
        batch.requests().forEach(request -> running.add(request.key()));
        return batch;
    }

    /** Deadlines only where the policy weighs them: elsewhere they would decide instead of it. */
    private QueuedRequest next() {
        long deadlineMs =
                weighsDeadlines ? nowMs + random.nextLong(1_000, 600_000) : Service.NO_DEADLINE;
        String tenant = "tenant-" + random.nextInt(TENANTS);
        return requests.next(new Service(tenant, 0, deadlineMs, null, null));
    }
}
