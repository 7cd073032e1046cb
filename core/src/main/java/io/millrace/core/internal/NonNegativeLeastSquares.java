package io.millrace.core.internal;

import java.util.function.Predicate;

/**
 * Least squares in a few unknowns that must not be negative, from the normal equations: the best
 * feasible solution of all sets of unknowns that may differ from 0. Exponential in the number of
 * unknowns, of which step times have three or four. Stateless.
 */
public final class NonNegativeLeastSquares {

    private NonNegativeLeastSquares() {}

    /**
     * Solves.
     *
     * @param products [unknowns][unknowns], symmetric: sums of products of features
     * @param targets [unknowns], sums of products of features and targets
     * @param leastPivot at which a set of unknowns is taken to be determined by the data
     * @param allowed what a solution must be beside not negative
     * @return [unknowns]; zeros if nothing allowed explains more than zeros do
     */
    public static double[] solve(
            double[][] products, double[] targets, double leastPivot, Predicate<double[]> allowed) {
        double[] best = new double[targets.length];
        double bestError = 0;
        for (int set = 1; set < 1 << targets.length; set++) {
            double[] candidate = solve(products, targets, set, leastPivot);
            double error = error(products, targets, candidate);
            if (isFeasible(candidate) && allowed.test(candidate) && error < bestError) {
                best = candidate;
                bestError = error;
            }
        }
        return best;
    }

    /** The squared error of a solution, less that of zeros. */
    public static double error(double[][] products, double[] targets, double[] x) {
        double error = 0;
        for (int i = 0; i < x.length; i++) {
            error -= 2 * x[i] * targets[i];
            for (int j = 0; j < x.length; j++) {
                error += x[i] * x[j] * products[i][j];
            }
        }
        return error;
    }

    private static boolean isFeasible(double[] x) {
        for (double value : x) {
            if (!(value >= 0)) {
                return false;
            }
        }
        return true;
    }

    /** Gauss-Jordan on the unknowns in the set, the others 0; NaN if it is not determined. */
    private static double[] solve(
            double[][] products, double[] targets, int set, double leastPivot) {
        int unknowns = targets.length;
        double[][] rows = new double[unknowns][unknowns + 1];
        for (int i = 0; i < unknowns; i++) {
            boolean free = (set >> i & 1) != 0;
            for (int j = 0; j < unknowns; j++) {
                rows[i][j] = free && (set >> j & 1) != 0 ? products[i][j] : i == j ? 1 : 0;
            }
            rows[i][unknowns] = free ? targets[i] : 0;
        }
        double[] solution = new double[unknowns];
        for (int pivot = 0; pivot < unknowns; pivot++) {
            if (rows[pivot][pivot] < leastPivot) {
                solution[pivot] = Double.NaN;
                return solution;
            }
            for (int row = 0; row < unknowns; row++) {
                if (row != pivot) {
                    double factor = rows[row][pivot] / rows[pivot][pivot];
                    for (int column = pivot; column <= unknowns; column++) {
                        rows[row][column] -= factor * rows[pivot][column];
                    }
                }
            }
        }
        for (int i = 0; i < unknowns; i++) {
            solution[i] = rows[i][unknowns] / rows[i][i];
        }
        return solution;
    }
}
