package io.millrace.gpu.predict;

import java.util.Arrays;

/**
 * What all prompts of the training data begin with, a system message say: it is left out where a
 * prompt begins with it, since it tells nothing. Immutable.
 */
final class CommonPrefix {

    private final int[] tokens;

    CommonPrefix(int[] tokens) {
        this.tokens = tokens.clone();
    }

    int[] tokens() {
        return tokens.clone();
    }

    /**
     * Where a prompt begins to tell something.
     *
     * @param prompt tokens, which may be more than those of the prompt
     * @param length tokens of the prompt
     */
    int end(int[] prompt, int length) {
        boolean shared =
                length > tokens.length
                        && Arrays.equals(prompt, 0, tokens.length, tokens, 0, tokens.length);
        return shared ? tokens.length : 0;
    }
}
