package io.millrace.core.simulate;

import static io.millrace.core.internal.Arguments.check;

import io.millrace.core.engine.StepSums;

/**
 * The {@link StepTime} that explains an engine's own steps best: least squares with no coefficient
 * below 0, which is the best feasible one of all sets of coefficients that may differ from 0.
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
        double[] best = new double[UNKNOWNS];
        double least = Double.POSITIVE_INFINITY;
        for (int set = 1; set < 1 << UNKNOWNS; set++) {
            double[] candidate = solve(sums, set);
            double error = error(sums, candidate);
            if (isFeasible(candidate) && error < least) {
                best = candidate;
                least = error;
            }
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

    private static boolean isFeasible(double[] coefficients) {
        for (double coefficient : coefficients) {
            if (!(coefficient >= 0)) {
                return false;
            }
        }
        return coefficients[0] + coefficients[2] > 0;
    }

    /** The sum of squared errors. */
    private static double error(StepSums sums, double[] x) {
        double error = sums.product(MICROS, MICROS);
        for (int i = 0; i < UNKNOWNS; i++) {
            error -= 2 * x[i] * sums.product(i, MICROS);
            for (int j = 0; j < UNKNOWNS; j++) {
                error += x[i] * x[j] * sums.product(i, j);
            }
        }
        return error;
    }

    /** Gauss-Jordan with pivots on the unknowns in the set; NaN if they are not determined. */
    private static double[] solve(StepSums sums, int set) {
        // In units in which every term has the mean square 1.
        double[] scale = new double[UNKNOWNS];
        for (int i = 0; i < UNKNOWNS; i++) {
            scale[i] = Math.sqrt(Math.max(1, (double) sums.product(i, i)));
        }
        double[][] rows = new double[UNKNOWNS][UNKNOWNS + 1];
        for (int i = 0; i < UNKNOWNS; i++) {
            boolean free = (set >> i & 1) != 0;
            for (int j = 0; j < UNKNOWNS; j++) {
                boolean both = free && (set >> j & 1) != 0;
                rows[i][j] = both ? sums.product(i, j) / scale[i] / scale[j] : i == j ? 1 : 0;
            }
            rows[i][UNKNOWNS] = free ? sums.product(i, MICROS) / scale[i] : 0;
        }
        for (int pivot = 0; pivot < UNKNOWNS; pivot++) {
            if (rows[pivot][pivot] < LEAST_PIVOT) {
                return new double[] {Double.NaN, 0, 0, 0};
            }
            for (int row = 0; row < UNKNOWNS; row++) {
                if (row != pivot) {
                    double factor = rows[row][pivot] / rows[pivot][pivot];
                    for (int column = pivot; column <= UNKNOWNS; column++) {
                        rows[row][column] -= factor * rows[pivot][column];
                    }
                }
            }
        }
        double[] solution = new double[UNKNOWNS];
        for (int i = 0; i < UNKNOWNS; i++) {
            solution[i] = rows[i][UNKNOWNS] / rows[i][i] / scale[i];
        }
        return solution;
    }
}
