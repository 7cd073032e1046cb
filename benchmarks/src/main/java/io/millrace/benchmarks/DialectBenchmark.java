package io.millrace.benchmarks;

import io.millrace.connectors.dialect.CompletionWriter;
import io.millrace.connectors.dialect.DialectSettings;
import io.millrace.connectors.dialect.Dialects;
import io.millrace.core.request.Completion;
import io.millrace.core.request.InputRecord;
import io.millrace.core.request.RequestReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.infra.Blackhole;

/** Reading a request of one message, and writing its result, in each dialect. */
@State(Scope.Thread)
public class DialectBenchmark extends TimePerOperation {

    @Param Dialect dialect;

    private final RequestReader reader = Dialects.reader(DialectSettings.DEFAULT);
    private final CompletionWriter writer = Dialects.writer();
    private InputRecord record;
    private Completion completion;

    /** A line as clients send it. */
    public enum Dialect {
        NATIVE("{\"id\":\"request-1\",%s,\"seed\":7}"),
        OPENAI(
                "{\"custom_id\":\"request-1\",\"method\":\"POST\",\"url\":\"/v1/chat/completions\",\"body\":{%s,\"seed\":7}}"),
        ANTHROPIC("{\"custom_id\":\"request-1\",\"params\":{\"model\":\"m\",%s}}");

        private final String line;

        Dialect(String line) {
            this.line = line;
        }

        byte[] bytes() {
            String common =
                    "\"messages\":[{\"role\":\"user\",\"content\":\"%s\"}],\"max_tokens\":64,\"temperature\":0.7,\"top_p\":0.9"
                            .formatted(SampleRequests.QUESTION);
            return line.formatted(common).getBytes(StandardCharsets.UTF_8);
        }
    }

    @Setup(Level.Trial)
    public void prepare() {
        record = new InputRecord("millrace.requests-0@1", dialect.bytes(), 1_700_000_000_000L);
        List<RequestReader.Parsed> parsed = new ArrayList<>();
        reader.read(record, parsed::add);
        if (!(parsed.get(0) instanceof RequestReader.Valid valid)) {
            throw new IllegalStateException(dialect + ": the sample line is not valid, " + parsed);
        }
        completion = SampleCompletions.answered(valid.request());
    }

    /** Bytes to a validated request. */
    @Benchmark
    public void read(Blackhole sink) {
        reader.read(record, sink::consume);
    }

    /** A result to bytes. */
    @Benchmark
    public byte[] write() {
        return writer.write(completion);
    }
}
