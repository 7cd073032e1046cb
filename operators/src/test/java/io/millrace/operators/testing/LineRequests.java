package io.millrace.operators.testing;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.millrace.core.engine.ModelInfo;
import io.millrace.core.engine.PromptEncoder;
import io.millrace.core.request.Failure;
import io.millrace.core.request.FailureCode;
import io.millrace.core.request.InferenceRequest;
import io.millrace.core.request.InputRecord;
import io.millrace.core.request.Prompt;
import io.millrace.core.request.RequestReader;
import io.millrace.core.request.Sampling;
import io.millrace.core.request.Service;
import io.millrace.core.request.StopRules;
import java.util.function.Consumer;

/**
 * The smallest dialect: a record is {@code id maxTokens text}; {@code ?} in front makes it
 * unreadable. And the smallest tokenizer: a character is a token.
 */
public final class LineRequests implements RequestReader {

    private static final long serialVersionUID = 1L;

    /** The record of a request. */
    public static InputRecord record(String key, String id, int maxTokens, String text) {
        return new InputRecord(key, (id + " " + maxTokens + " " + text).getBytes(UTF_8), 1);
    }

    /** Encoders for a fake engine of that size. */
    public static PromptEncoder.Factory encoders(FakeSettings settings) {
        return () -> new Characters(settings.model());
    }

    @Override
    public void read(InputRecord input, Consumer<Parsed> output) {
        String line = new String(input.value(), UTF_8);
        if (line.startsWith("?")) {
            output.accept(new Unreadable(input, new Failure(FailureCode.UNREADABLE, line)));
            return;
        }
        String[] parts = line.split(" ", 3);
        output.accept(
                new Valid(
                        new InferenceRequest(
                                input.key(),
                                parts[0],
                                "lines",
                                null,
                                new Prompt.Text(parts[2]),
                                Integer.parseInt(parts[1]),
                                Sampling.GREEDY,
                                StopRules.NONE,
                                InferenceRequest.NO_LOGPROBS,
                                Service.DEFAULT,
                                null,
                                true,
                                input.arrivalMs())));
    }

    private record Characters(ModelInfo model) implements PromptEncoder {
        @Override
        public int[] encode(Prompt prompt) {
            if (prompt instanceof Prompt.Chat chat) {
                return chat.messages().stream().flatMapToInt(m -> m.content().chars()).toArray();
            }
            return ((Prompt.Text) prompt).text().chars().toArray();
        }

        @Override
        public void close() {}
    }
}
