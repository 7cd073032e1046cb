package io.millrace.core.schedule;

import static io.millrace.core.internal.Arguments.check;

/**
 * How long a request waits behind others (QLM, 2407.00047, section 5): with {@code q} ahead of it,
 * answers of {@code O ~ N(mu, sigma^2)} tokens and a service of {@code theta} tokens per second,
 *
 * <pre>
 * W ~ N(q * mu, q * sigma^2) / theta
 * </pre>
 *
 * <p>by the central limit theorem, whatever the distribution of the answers.
 *
 * @param meanMs expected milliseconds
 * @param deviationMs standard deviation, milliseconds
 */
public record WaitingTime(double meanMs, double deviationMs) {

    private static final double MS = 1000;

    /**
     * Behind so many.
     *
     * @param ahead requests that are served before, at least 0
     * @param meanTokens of an answer
     * @param deviationTokens standard deviation of answers
     * @param tokensPerSecond tokens that are generated in a second for all together, above 0
     */
    public static WaitingTime behind(
            long ahead, double meanTokens, double deviationTokens, double tokensPerSecond) {
        check(ahead >= 0, "ahead", ahead, "at least 0");
        check(tokensPerSecond > 0, "tokensPerSecond", tokensPerSecond, "above 0");
        return new WaitingTime(
                MS * (double) ahead * meanTokens / tokensPerSecond,
                MS * Math.sqrt((double) ahead) * deviationTokens / tokensPerSecond);
    }

    /** The time that is exceeded as rarely as so many standard deviations; 1.28: 1 in 10. */
    public double upperMs(double deviations) {
        return meanMs + deviations * deviationMs;
    }
}
