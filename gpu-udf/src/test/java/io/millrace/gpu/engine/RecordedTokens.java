package io.millrace.gpu.engine;

import io.millrace.core.engine.GenerationResult;
import io.millrace.core.request.Completion.Succeeded;

/** The token ids of an answer that was asked for with log-probabilities. */
final class RecordedTokens {

    private RecordedTokens() {}

    static int[] of(GenerationResult result) {
        if (result.outcome() instanceof Succeeded succeeded) {
            return succeeded.answer().logprobs().stream()
                    .mapToInt(entry -> entry.token().tokenId())
                    .toArray();
        }
        throw new AssertionError(result.key() + ": " + result.outcome());
    }
}
