package io.millrace.gateway.single;

/**
 * Counts the tokens of a prompt as the job would: with its chat template and its tokenizer. Called
 * from many threads at once; it may block.
 */
@FunctionalInterface
public interface TokenCounter {

    /**
     * Tokens of the prompt.
     *
     * @param entry an entry of a message batch as it stands on the request topic
     * @param apiVersion that the client speaks
     * @throws IllegalArgumentException for a request that the job would refuse, with the reason
     */
    int inputTokens(byte[] entry, String apiVersion);
}
