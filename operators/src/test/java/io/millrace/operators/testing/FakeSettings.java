package io.millrace.operators.testing;

import io.millrace.core.engine.ModelInfo;
import java.io.Serializable;

/**
 * How large a fake engine is.
 *
 * @param sequences tasks at once
 * @param kvTokens tokens of its imagined KV cache
 * @param contextLength of its imagined model
 * @param longestAnswer answers that are not cut by their limit have 1 to this many tokens
 */
public record FakeSettings(int sequences, long kvTokens, int contextLength, int longestAnswer)
        implements Serializable {

    /** Tokens are below this. */
    public static final int VOCABULARY = 1_000;

    /** The name of the model that it pretends to be. */
    public static final String MODEL = "fake";

    /** Enough for most tests: 4 sequences, answers of up to 20 tokens. */
    public static final FakeSettings SMALL = new FakeSettings(4, 4_096, 256, 20);

    ModelInfo model() {
        return new ModelInfo(MODEL, contextLength, VOCABULARY);
    }
}
