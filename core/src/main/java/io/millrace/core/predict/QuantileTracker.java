package io.millrace.core.predict;

import io.millrace.core.request.LengthEstimate;
import io.millrace.core.request.QuantileShifts;

/**
 * Keeps the quantiles of a predictor true while the traffic drifts away from what it was trained
 * on: adds a shift to each, in logarithms of the tokens still to come, and learns it from answers
 * that end by quantile tracking (Angelopoulos, Candes, Tibshirani 2023, 2307.16895, section 2):
 *
 * <pre>
 * shift += RATE * (level - [the rest was not longer than the shifted quantile])
 * </pre>
 *
 * <p>Whatever comes in whatever order, the share of rests that were not longer is after T of them
 * within {@code (BOUND + RATE) / (RATE * T)} of the level, as long as no prediction is off by more
 * than the factor {@code exp(BOUND)}; a shift never grows beyond. It needs no model of the drift,
 * and cannot change who is predicted to be longer than whom. One thread only; deterministic.
 */
public final class QuantileTracker {

    /** Of learning: 20 surprises move a quantile by a factor of about e. */
    static final double RATE = 0.05;

    /** The largest correction: eight times as long, or as short. */
    static final double BOUND = Math.log(8);

    private static final double MEDIAN = 0.5;
    private static final double UPPER = 0.9;

    private double median;
    private double upper;

    /** Goes on from there. */
    public QuantileTracker(QuantileShifts start) {
        restart(start);
    }

    /** Forgets what it has learned and goes on from there. */
    public void restart(QuantileShifts start) {
        median = bounded(start.median());
        upper = bounded(start.upper());
    }

    /** What it has learned. */
    public QuantileShifts shifts() {
        return new QuantileShifts(median, upper);
    }

    /**
     * A prediction, corrected.
     *
     * @param predicted of the whole answer
     * @param known tokens of the answer that the prediction knew
     * @param limit the most that the answer may have
     */
    public LengthEstimate corrected(LengthEstimate predicted, int known, int limit) {
        int middle = whole(predicted.median(), median, known, limit);
        return new LengthEstimate(
                middle, Math.max(middle, whole(predicted.upper(), upper, known, limit)));
    }

    /**
     * Learns from an answer that ended.
     *
     * @param predicted what the predictor said of it, not corrected
     * @param known tokens of the answer that the prediction knew
     * @param length of the answer; where that is the limit it may have been cut
     * @param limit the most that the answer could have
     */
    public void observe(LengthEstimate predicted, int known, int length, int limit) {
        median = learned(median, MEDIAN, predicted.median(), known, length, limit);
        upper = learned(upper, UPPER, predicted.upper(), known, length, limit);
    }

    private static double learned(
            double shift, double level, int predicted, int known, int length, int limit) {
        double quantile = rest(predicted, known) * Math.exp(shift);
        if (length >= limit && quantile >= limit - known) {
            // The answer was cut below the quantile: nobody knows on which side it was.
            return shift;
        }
        double covered = length - known <= quantile ? 1 : 0;
        return bounded(shift + RATE * (level - covered));
    }

    private static int whole(int predicted, double shift, int known, int limit) {
        return (int) Math.min(limit, known + Math.ceil(rest(predicted, known) * Math.exp(shift)));
    }

    private static int rest(int predicted, int known) {
        return Math.max(1, predicted - known);
    }

    // One step further than a prediction may be off, so that the step back is never lost.
    private static double bounded(double shift) {
        return Math.max(-BOUND - RATE, Math.min(BOUND + RATE, shift));
    }
}
