package io.millrace.benchmarks;

import io.millrace.core.cluster.LaneRouter;
import io.millrace.core.cluster.RoutingSettings;
import io.millrace.core.request.QueuedRequest;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/** The choice of a lane for one request; most of them share a prefix of 64 tokens with others. */
@State(Scope.Thread)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class LaneRouterBenchmark extends TimePerOperation {

    private static final int REQUESTS = 4_096;

    @Param({"128", "1024"})
    int lanes;

    private final QueuedRequest[] requests = new QueuedRequest[REQUESTS];
    private LaneRouter router;
    private int next;

    @Setup(Level.Trial)
    public void prepare() {
        router = new LaneRouter(RoutingSettings.of(lanes));
        SampleRequests samples = new SampleRequests(new SplittableRandom(1));
        for (int i = 0; i < REQUESTS; i++) {
            requests[i] = samples.next();
        }
    }

    /** One request. */
    @Benchmark
    public QueuedRequest route() {
        next = (next + 1) % REQUESTS;
        return router.route(requests[next]);
    }
}
