package io.millrace.core.speculate;

import static org.assertj.core.api.Assertions.assertThat;

/** Pearson's test of counts against probabilities. */
final class ChiSquare {

    /** Standard normal quantile of 1 - 1e-4: with fixed seeds a failure is a defect. */
    private static final double NORMAL_QUANTILE = 3.719;

    private ChiSquare() {}

    static void assertFollows(long[] counts, double[] probabilities, String when) {
        assertThat(statistic(counts, probabilities))
                .as("chi-square, %s", when)
                .isLessThan(critical(probabilities));
    }

    static void assertDeparts(long[] counts, double[] probabilities, String when) {
        assertThat(statistic(counts, probabilities))
                .as("chi-square, %s", when)
                .isGreaterThan(critical(probabilities));
    }

    private static double statistic(long[] counts, double[] probabilities) {
        long total = 0;
        for (long count : counts) {
            total += count;
        }
        double statistic = 0;
        for (int i = 0; i < counts.length; i++) {
            double expected = total * probabilities[i];
            if (expected > 0) {
                statistic += (counts[i] - expected) * (counts[i] - expected) / expected;
            } else {
                assertThat(counts[i]).as("count of the impossible outcome %d", i).isZero();
            }
        }
        return statistic;
    }

    /** Wilson and Hilferty's approximation of the quantile. */
    private static double critical(double[] probabilities) {
        int degrees = -1;
        for (double p : probabilities) {
            degrees += p > 0 ? 1 : 0;
        }
        double share = 2.0 / (9 * degrees);
        return degrees * Math.pow(1 - share + NORMAL_QUANTILE * Math.sqrt(share), 3);
    }
}
