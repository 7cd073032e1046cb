package io.millrace.core.engine;

import io.millrace.core.request.QuantileShifts;

/**
 * Counters of an engine's trained length predictor since it started; all only grow.
 *
 * @param predictions predictions asked of it
 * @param failures of those, such as failed and were made from the lengths seen instead
 * @param nanos time in them, part of the time between or inside steps
 * @param shifts how its quantiles are corrected now
 */
public record PredictionStatistics(
        long predictions, long failures, long nanos, QuantileShifts shifts) {

    /** Of an engine without a trained predictor. */
    public static final PredictionStatistics NONE =
            new PredictionStatistics(0, 0, 0, QuantileShifts.NONE);
}
