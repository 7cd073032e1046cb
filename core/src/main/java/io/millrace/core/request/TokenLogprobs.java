package io.millrace.core.request;

import java.util.List;

/**
 * Log-probabilities of one generated token under the model's distribution before temperature and
 * filters.
 *
 * @param token the generated token
 * @param alternatives the most probable tokens at that position, best first
 */
public record TokenLogprobs(Entry token, List<Entry> alternatives) {

    public TokenLogprobs {
        alternatives = List.copyOf(alternatives);
    }

    /**
     * One token and how probable it was.
     *
     * @param text the token decoded alone; half a character shows as U+FFFD
     */
    public record Entry(int tokenId, String text, float logprob) {}
}
