package io.millrace.benchmarks;

import io.millrace.core.request.QueuedRequest;
import io.millrace.operators.batch.TokenBatch;
import java.nio.IntBuffer;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.infra.Blackhole;

/** A micro-batch on its way to the engine: prompts into Arrow memory, and read as views of it. */
@State(Scope.Thread)
public class TokenBatchBenchmark extends TimePerOperation {

    @Param({"8", "64"})
    int requests;

    private List<QueuedRequest> batch;
    private BufferAllocator allocator;

    @Setup(Level.Trial)
    public void open() {
        SampleRequests samples = new SampleRequests(new SplittableRandom(1));
        batch = Stream.generate(samples::next).limit(requests).toList();
        allocator = new RootAllocator();
    }

    @TearDown(Level.Trial)
    public void close() {
        allocator.close();
    }

    /** One micro-batch. */
    @Benchmark
    public void fillAndRead(Blackhole sink) {
        try (TokenBatch tokens = TokenBatch.of(allocator, batch)) {
            for (int row = 0; row < requests; row++) {
                IntBuffer prompt = tokens.promptTokens(row);
                sink.consume(prompt);
            }
        }
    }
}
