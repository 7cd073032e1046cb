package io.millrace.benchmarks;

import io.millrace.core.codec.Codec;
import io.millrace.core.codec.Codecs;
import io.millrace.core.codec.CompletionCodec;
import io.millrace.core.codec.ProgressCodec;
import io.millrace.core.codec.QueuedRequestCodec;
import io.millrace.core.engine.Progress;
import io.millrace.core.request.QueuedRequest;
import java.io.IOException;
import java.util.List;
import java.util.SplittableRandom;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/** What keyed state and every network hop pay: values to bytes and back. */
@State(Scope.Thread)
public class CodecBenchmark extends TimePerOperation {

    private static final int ANSWER_TOKENS = 128;

    @Param Value value;

    private Sample<?> sample;

    /** What is written. */
    public enum Value {
        QUEUED_REQUEST,
        PROGRESS,
        COMPLETION
    }

    /** A value beside its codec and its bytes. */
    private record Sample<T>(Codec<T> codec, T value, byte[] bytes) {
        static <T> Sample<T> of(Codec<T> codec, T value) {
            return new Sample<>(codec, value, Codecs.toBytes(codec, value));
        }

        byte[] write() {
            return Codecs.toBytes(codec, value);
        }

        T read() throws IOException {
            return Codecs.fromBytes(codec, bytes);
        }
    }

    @Setup(Level.Trial)
    public void prepare() {
        SplittableRandom random = new SplittableRandom(1);
        QueuedRequest request = new SampleRequests(random).next();
        int[] answer = random.ints(ANSWER_TOKENS, 0, 49_152).toArray();
        sample =
                switch (value) {
                    case QUEUED_REQUEST -> Sample.of(new QueuedRequestCodec(), request);
                    case PROGRESS ->
                            Sample.of(new ProgressCodec(), new Progress(answer, List.of(), 1L, 2L));
                    case COMPLETION ->
                            Sample.of(
                                    new CompletionCodec(),
                                    SampleCompletions.answered(request.request()));
                };
    }

    /** To bytes of its own. */
    @Benchmark
    public byte[] write() {
        return sample.write();
    }

    /** From bytes. */
    @Benchmark
    public Object read() throws IOException {
        return sample.read();
    }
}
