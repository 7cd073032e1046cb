package io.millrace.core.simulate;

import static io.millrace.core.internal.Arguments.check;

import io.millrace.core.engine.StepSums;
import io.millrace.core.internal.NonNegativeLeastSquares;

/**
 * The {@link StepTime} that explains an engine's own steps best: least squares with no coefficient
 * below 0.
 *
 * @param time in milliseconds
 * @param steps that it was fitted to
 * @param r2 share of the variance of a step's time that it explains
 */
public record StepTimeFit(StepTime time, long steps, double r2) {

    private static final int UNKNOWNS = StepSums.TERMS - 1;
    private static final int MICROS = StepSums.TERMS - 1;
    private static final double MICROS_PER_MS = 1_000;
    private static final double LEAST_PIVOT = 1e-9;

    /**
     * Fits.
     *
     * @throws IllegalArgumentException if there are too few steps
     */
    public static StepTimeFit of(StepSums sums) {
        check(sums.steps() >= UNKNOWNS, "steps", sums.steps(), "at least " + UNKNOWNS);
        // In units in which every term has the mean square 1.
        double[] scale = new double[UNKNOWNS];
        for (int i = 0; i < UNKNOWNS; i++) {
            scale[i] = Math.sqrt(Math.max(1, (double) sums.product(i, i)));
        }
        double[][] products = new double[UNKNOWNS][UNKNOWNS];
        double[] targets = new double[UNKNOWNS];
        for (int i = 0; i < UNKNOWNS; i++) {
            targets[i] = sums.product(i, MICROS) / scale[i];
            for (int j = 0; j < UNKNOWNS; j++) {
                products[i][j] = sums.product(i, j) / scale[i] / scale[j];
            }
        }
        double[] best =
                NonNegativeLeastSquares.solve(
                        products, targets, LEAST_PIVOT, StepTimeFit::takesTime);
        double least =
                sums.product(MICROS, MICROS)
                        + NonNegativeLeastSquares.error(products, targets, best);
        for (int i = 0; i < UNKNOWNS; i++) {
            best[i] /= scale[i];
        }
        double total =
                sums.product(MICROS, MICROS)
                        - (double) sums.product(0, MICROS) * sums.product(0, MICROS) / sums.steps();
        return new StepTimeFit(
                new StepTime(
                        best[0] / MICROS_PER_MS,
                        best[1] / MICROS_PER_MS,
                        best[2] / MICROS_PER_MS,
                        best[3] / MICROS_PER_MS),
                sums.steps(),
                1 - least / total);
    }

    /** A step or a token of it must. */
    private static boolean takesTime(double[] coefficients) {
        return coefficients[0] + coefficients[2] > 0;
    }
}
