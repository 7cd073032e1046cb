package io.millrace.core.speculate;

import static io.millrace.core.internal.Arguments.check;

/**
 * A token that a drafter drew at random below some node, for {@link SamplingVerifier#multiRound}.
 *
 * @param child the node of that token; two draws of the same token name the same child
 * @param distribution [vocabulary], what the token was drawn from: with draws without replacement,
 *     earlier ones have probability 0 and the rest is renormalised; not copied
 */
public record Draw(int child, double[] distribution) {

    public Draw {
        check(child >= 1, "child", child, "at least 1");
    }
}
