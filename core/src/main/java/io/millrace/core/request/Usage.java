package io.millrace.core.request;

/**
 * Tokens that a request used.
 *
 * @param inputTokens the prompt, template included
 * @param outputTokens generated, the end token included
 * @param cachedTokens of the prompt that were found in the KV cache
 */
public record Usage(int inputTokens, int outputTokens, int cachedTokens) {

    /** A request that never reached the engine. */
    public static final Usage NONE = new Usage(0, 0, 0);
}
