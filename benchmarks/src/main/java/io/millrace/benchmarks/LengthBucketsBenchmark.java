package io.millrace.benchmarks;

import io.millrace.core.bucket.BucketSettings;
import io.millrace.core.bucket.LengthBuckets;
import io.millrace.core.bucket.MicroBatch;
import io.millrace.core.bucket.RequestQueues;
import io.millrace.core.engine.EngineRoom;
import io.millrace.core.request.QueuedRequest;
import java.util.Optional;
import java.util.SplittableRandom;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/** What {@code batch} does for each request while so many others wait. */
@State(Scope.Thread)
public class LengthBucketsBenchmark extends TimePerOperation {

    private static final int CONTEXT = 2_048;
    private static final long KV_TOKENS = 65_536;
    private static final EngineRoom ROOM = new EngineRoom(8, KV_TOKENS);

    @Param({"1000", "100000"})
    int waiting;

    @Param({"fcfs", "sjf"})
    String policy;

    private SampleRequests requests;
    private LengthBuckets buckets;

    @Setup(Level.Iteration)
    public void fill() {
        requests = new SampleRequests(new SplittableRandom(1));
        buckets =
                new LengthBuckets(
                        BucketSettings.of(CONTEXT, KV_TOKENS), RequestQueues.order(policy));
        for (int i = 0; i < waiting; i++) {
            buckets.add(requests.next());
        }
    }

    /** A micro-batch leaves, as many requests arrive; per micro-batch of 8. */
    @Benchmark
    public MicroBatch pollAndRefill() {
        MicroBatch batch = buckets.poll(ROOM, 0);
        for (int i = 0; i < batch.requests().size(); i++) {
            buckets.add(requests.next());
        }
        return batch;
    }

    /** A request arrives and is cancelled. */
    @Benchmark
    public Optional<QueuedRequest> addAndRemove() {
        QueuedRequest request = requests.next();
        buckets.add(request);
        return buckets.remove(request.key());
    }
}
