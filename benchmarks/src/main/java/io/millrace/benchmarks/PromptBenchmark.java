package io.millrace.benchmarks;

import io.millrace.core.engine.PromptEncoder;
import io.millrace.core.request.Message;
import io.millrace.core.request.Prompt;
import io.millrace.gpu.model.ModelDirectory;
import io.millrace.gpu.tokenize.ChatTemplate;
import io.millrace.gpu.tokenize.IncrementalDetokenizer;
import io.millrace.gpu.tokenize.ModelPromptEncoder;
import io.millrace.gpu.tokenize.Tokenizer;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.infra.Blackhole;

/** A conversation to tokens, and an answer's tokens to text, with the files of a model. */
@State(Scope.Thread)
public class PromptBenchmark extends TimePerOperation {

    private static final InstantSource CLOCK = InstantSource.fixed(Instant.EPOCH);

    private static final List<Message> MESSAGES =
            List.of(
                    new Message("system", "You are a helpful assistant."),
                    new Message("user", SampleRequests.QUESTION));

    @Param("models/tiny-chat")
    String model;

    private final Prompt prompt = new Prompt.Chat(MESSAGES);
    private ChatTemplate template;
    private PromptEncoder encoder;
    private Tokenizer tokenizer;
    private int[] tokens;

    @Setup(Level.Trial)
    public void open() {
        ModelDirectory directory = ModelDirectory.open(Path.of(model));
        template =
                ChatTemplate.of(
                        directory.chatTemplate().orElseThrow(),
                        Map.of("bos_token", "<s>", "eos_token", "</s>"),
                        CLOCK);
        encoder = ModelPromptEncoder.open(directory, CLOCK);
        tokenizer = Tokenizer.open(directory.tokenizerJson());
        tokens = encoder.encode(prompt);
    }

    @TearDown(Level.Trial)
    public void close() {
        encoder.close();
        tokenizer.close();
    }

    /** The chat template alone. */
    @Benchmark
    public String render() {
        return template.render(MESSAGES);
    }

    /** Template and tokenizer, as {@code admit} does for each request. */
    @Benchmark
    public int[] encode() {
        return encoder.encode(prompt);
    }

    /** Text token by token, as the engine does for each answer. */
    @Benchmark
    public void detokenize(Blackhole sink) {
        IncrementalDetokenizer text = tokenizer.detokenizer();
        for (int token : tokens) {
            sink.consume(text.append(token));
        }
        sink.consume(text.finish());
    }
}
