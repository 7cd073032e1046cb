package io.millrace.gpu.draft;

import java.io.Serializable;

/**
 * The sizes of lookahead decoding (2402.02057, section 3).
 *
 * @param ngram tokens of an n-gram: N
 * @param window places that are guessed at once: W
 * @param guesses n-grams kept for a token, and verified in a step: G
 */
public record LookaheadSettings(int ngram, int window, int guesses) implements Serializable {

    /** The paper's for a model of 7 billion weights or less on one accelerator. */
    public static final LookaheadSettings DEFAULT = new LookaheadSettings(5, 7, 7);

    public LookaheadSettings {
        check(ngram >= 3 && ngram <= 10, "ngram", ngram, "3 to 10");
        check(window >= 1 && window <= 25, "window", window, "1 to 25");
        check(guesses >= 1 && guesses <= 25, "guesses", guesses, "1 to 25");
    }

    /** Tokens that an n-gram drafts behind the one that it is found by. */
    int drafted() {
        return ngram - 1;
    }

    /** Tokens of the window: W rows of N - 1, without the last known token. */
    int windowTokens() {
        return window * (ngram - 1) - 1;
    }

    private static void check(boolean valid, String key, int value, String rule) {
        if (!valid) {
            throw new IllegalArgumentException(
                    "engine.speculation.lookahead.%s: %d (expected: %s)"
                            .formatted(key, value, rule));
        }
    }
}
