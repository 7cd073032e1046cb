package io.millrace.gpu.engine;

import io.millrace.core.request.StopRules;
import java.util.Set;

/**
 * The model's own end tokens beside those of a request.
 *
 * @param model ids that end every answer unless a request ignores them
 */
record EndTokens(Set<Integer> model) {

    EndTokens {
        model = Set.copyOf(model);
    }

    /** Whether a token ends an answer. It is part of the usage, not of the text. */
    boolean end(StopRules rules, int token) {
        return (isModelEnd(token) && !rules.ignoreEndOfSequence())
                || rules.tokenIds().contains(token);
    }

    boolean isModelEnd(int token) {
        return model.contains(token);
    }
}
