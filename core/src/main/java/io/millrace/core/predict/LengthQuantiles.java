package io.millrace.core.predict;

import io.millrace.core.request.LengthEstimate;

/** Turns quantiles of the tokens still to come, as networks predict them, into estimates. */
public final class LengthQuantiles {

    private static final int MEDIAN = QuantileNetwork.LEVELS.indexOf(0.5);
    private static final int UPPER = QuantileNetwork.LEVELS.indexOf(0.9);

    private LengthQuantiles() {}

    /**
     * The length of the whole answer.
     *
     * @param remaining quantiles, one for each of {@link QuantileNetwork#LEVELS}, ascending
     * @param generated tokens that there are
     * @param limit the most that there may be
     */
    public static LengthEstimate estimate(double[] remaining, int generated, int limit) {
        return new LengthEstimate(
                whole(remaining[MEDIAN], generated, limit),
                whole(remaining[UPPER], generated, limit));
    }

    /** The median. */
    public static double median(double[] remaining) {
        return remaining[MEDIAN];
    }

    /** The mean, by the midpoint rule. */
    public static double mean(double[] remaining) {
        double sum = 0;
        for (double quantile : remaining) {
            sum += quantile;
        }
        return sum / remaining.length;
    }

    private static int whole(double remaining, int generated, int limit) {
        return (int) Math.min(limit, generated + Math.ceil(remaining));
    }
}
