package io.millrace.gpu.predict;

/**
 * A prompt and how long its answer was: what a predictor learns from.
 *
 * @param prompt token ids; treated as immutable
 * @param answer token ids, as far as they are known; empty if they are not
 * @param length tokens of the answer; where it was cut, how many it had then
 * @param limit the most that it could have had
 * @param cut whether it ended at its limit and would have gone on
 */
public record LengthExample(int[] prompt, int[] answer, int length, int limit, boolean cut) {

    public LengthExample {
        if (prompt.length == 0 || length < 1 || limit < length) {
            throw new IllegalArgumentException(
                    "example: %d prompt tokens, %d of at most %d answer tokens (expected: at least 1 of each, within the limit)"
                            .formatted(prompt.length, length, limit));
        }
    }
}
