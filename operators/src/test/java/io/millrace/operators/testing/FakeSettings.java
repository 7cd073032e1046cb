package io.millrace.operators.testing;

import io.millrace.core.engine.ModelInfo;
import java.io.Serializable;

/**
 * How large a fake engine is.
 *
 * @param sequences tasks at once
 * @param kvTokens tokens of its imagined KV cache
 * @param contextLength of its imagined model
 * @param longestAnswer answers that are not cut by their limit have 1 to this many tokens; {@link
 *     #UNTIL_LIMIT} if every answer is as long as its limit
 */
public record FakeSettings(int sequences, long kvTokens, int contextLength, int longestAnswer)
        implements Serializable {

    /** Tokens are below this. */
    public static final int VOCABULARY = 1_000;

    /** No answer ends before its limit. */
    public static final int UNTIL_LIMIT = 0;

    /** The name of the model that it pretends to be. */
    public static final String MODEL = "fake";

    /** Enough for most tests: 4 sequences, answers of up to 20 tokens. */
    public static final FakeSettings SMALL = new FakeSettings(4, 4_096, 256, 20);

    /** Enough for 64 long answers at once, all as long as their limit. */
    public static final FakeSettings LARGE = new FakeSettings(64, 64 * 4_096L, 4_096, UNTIL_LIMIT);

    ModelInfo model() {
        return new ModelInfo(MODEL, contextLength, VOCABULARY);
    }
}
