package io.millrace.core.request;

/**
 * A prediction of how many tokens an answer will have, as quantiles: admission wants the upper one,
 * ordering the median.
 *
 * @param median half of such answers are shorter, tokens
 * @param upper nine in ten of such answers are shorter, tokens
 */
public record LengthEstimate(int median, int upper) {

    public LengthEstimate {
        if (median < 0 || upper < median) {
            throw new IllegalArgumentException(
                    "upper: %d (expected: at least the median, %d, and that at least 0)"
                            .formatted(upper, median));
        }
    }

    /** What is known without a prediction: it may be as long as it is allowed to be. */
    public static LengthEstimate atMost(int maxTokens) {
        return new LengthEstimate(maxTokens, maxTokens);
    }
}
