package io.millrace.core.speculate;

import static io.millrace.core.internal.Arguments.check;

/**
 * What a step has to do before anything is drafted for it.
 *
 * @param sequences that get their next token in this step
 * @param eligible how many of them may be drafted for: they allow it and have room for more than
 *     one token
 * @param prefillTokens prompt tokens that the step computes besides
 * @param kvTokens cached tokens that its attention reads: the sum of all contexts
 * @param maxNodes drafted nodes that the step and the cache have room for, over all sequences
 */
public record StepLoad(
        int sequences, int eligible, int prefillTokens, long kvTokens, int maxNodes) {

    public StepLoad {
        check(sequences >= 0, "sequences", sequences, "at least 0");
        check(
                eligible >= 0 && eligible <= sequences,
                "eligible",
                eligible,
                "0 to sequences, " + sequences);
        check(prefillTokens >= 0, "prefillTokens", prefillTokens, "at least 0");
        check(kvTokens >= 0, "kvTokens", kvTokens, "at least 0");
        check(maxNodes >= 0, "maxNodes", maxNodes, "at least 0");
    }

    /** Tokens that the step computes without speculation. */
    public int plainTokens() {
        return sequences + prefillTokens;
    }

    boolean canSpeculate() {
        return eligible > 0 && maxNodes > 0;
    }
}
