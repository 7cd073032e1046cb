package io.millrace.core.request;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the model wrote.
 *
 * @param text the generated tokens as text, without end tokens and without the stop string
 * @param stopSequence the stop string that ended it; null if none did
 * @param logprobs one entry per token of the answer; empty unless asked for
 */
public record Answer(
        String text,
        FinishReason finishReason,
        @Nullable String stopSequence,
        List<TokenLogprobs> logprobs) {

    public Answer {
        logprobs = List.copyOf(logprobs);
    }
}
