package io.millrace.core.bucket;

/**
 * One bucket as metrics show it.
 *
 * @param low its shortest possible prompt
 * @param up prompts are shorter than this
 * @param requests how many it holds
 * @param promptTokens their prompts together
 * @param kvTokens what they are predicted to need of the KV cache together
 * @param longestPrompt the longest prompt it holds; 0 if it is empty
 */
public record BucketStatistics(
        int low, int up, int requests, long promptTokens, long kvTokens, int longestPrompt) {

    /** BucketServe's waste ratio: what its longest prompt has more than the mean one. */
    public double wasteRatio() {
        return longestPrompt == 0
                ? 0
                : 1 - (double) promptTokens / ((long) longestPrompt * requests);
    }
}
