package io.millrace.gpu.engine;

import io.millrace.core.engine.GenerationResult;
import io.millrace.core.request.Answer;
import io.millrace.core.request.Completion.Succeeded;

/** The token ids of an answer that was asked for with log-probabilities. */
final class RecordedTokens {

    private RecordedTokens() {}

    static int[] of(GenerationResult result) {
        return answer(result).logprobs().stream()
                .mapToInt(entry -> entry.token().tokenId())
                .toArray();
    }

    static Answer answer(GenerationResult result) {
        if (result.outcome() instanceof Succeeded succeeded) {
            return succeeded.answer();
        }
        throw new AssertionError(result.key() + ": " + result.outcome());
    }
}
