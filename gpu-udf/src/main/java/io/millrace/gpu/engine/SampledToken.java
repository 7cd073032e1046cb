package io.millrace.gpu.engine;

/**
 * A token that came out of a step.
 *
 * @param logprob its log-probability; NaN unless asked for
 * @param bestTokens the most probable tokens at that position, best first
 * @param bestLogprobs theirs
 */
record SampledToken(int token, float logprob, int[] bestTokens, float[] bestLogprobs) {

    private static final int[] NO_TOKENS = {};
    private static final float[] NO_LOGPROBS = {};

    static SampledToken bare(int token) {
        return new SampledToken(token, Float.NaN, NO_TOKENS, NO_LOGPROBS);
    }
}
