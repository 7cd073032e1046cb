package io.millrace.core.request;

/**
 * Tokens that a request used.
 *
 * @param inputTokens the prompt, template included
 * @param outputTokens generated, the end token included
 * @param cachedTokens of the prompt that were found in the KV cache
 * @param draftedTokens that were drafted for it and verified, since it was last begun or resumed
 * @param acceptedTokens of those, accepted
 */
public record Usage(
        int inputTokens,
        int outputTokens,
        int cachedTokens,
        int draftedTokens,
        int acceptedTokens) {

    /** A request that never reached the engine. */
    public static final Usage NONE = new Usage(0, 0, 0);

    /** Of a request for which nothing was drafted. */
    public Usage(int inputTokens, int outputTokens, int cachedTokens) {
        this(inputTokens, outputTokens, cachedTokens, 0, 0);
    }
}
