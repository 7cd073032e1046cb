package io.millrace.core.speculate;

import java.util.Arrays;

/**
 * Least squares in three unknowns that must not be negative, kept as normal equations: a step of
 * recursive least squares with forgetting adds one row, and the optimum is the best feasible one of
 * the seven sets of unknowns that are allowed to differ from zero.
 */
final class NonNegativeFit {

    private static final int UNKNOWNS = 3;

    private final double[][] products = new double[UNKNOWNS][UNKNOWNS];
    private final double[] targets = new double[UNKNOWNS];
    private double[] prior = new double[UNKNOWNS];
    private double scale = 1;
    private double priorWeight;

    /** Forgets everything; {@code prior * scale} is what to believe without data. */
    void restart(double[] newPrior, double newScale, double newPriorWeight) {
        prior = newPrior.clone();
        scale = newScale;
        priorWeight = newPriorWeight;
        for (int i = 0; i < UNKNOWNS; i++) {
            targets[i] = 0;
            Arrays.fill(products[i], 0);
        }
    }

    /** Adds a row, its error relative to {@code unit}; the older ones count {@code memory} less. */
    void add(double[] features, double target, double unit, double memory) {
        double weight = 1 / (unit * unit);
        for (int i = 0; i < UNKNOWNS; i++) {
            // Unknowns are in units of the prior, which keeps the equations well scaled.
            double feature = features[i] * prior[i];
            targets[i] = memory * targets[i] + weight * feature * target;
            for (int j = 0; j < UNKNOWNS; j++) {
                products[i][j] =
                        memory * products[i][j] + weight * feature * features[j] * prior[j];
            }
        }
    }

    /** The fit, none negative. */
    double[] solve() {
        double[] best = new double[UNKNOWNS];
        double bestError = 0;
        for (int set = 1; set < 1 << UNKNOWNS; set++) {
            double[] candidate = solve(set);
            double error = error(candidate);
            if (isFeasible(candidate) && error < bestError) {
                best = candidate;
                bestError = error;
            }
        }
        for (int i = 0; i < UNKNOWNS; i++) {
            best[i] *= prior[i];
        }
        return best;
    }

    private double product(int i, int j) {
        // The pull of the prior does not fade: it decides what the data leave open.
        return products[i][j] + (i == j ? priorWeight / (scale * scale) : 0);
    }

    private double target(int i) {
        return targets[i] + priorWeight / scale;
    }

    /** The squared error of a solution, less a constant. */
    private double error(double[] x) {
        double error = 0;
        for (int i = 0; i < UNKNOWNS; i++) {
            error -= 2 * x[i] * target(i);
            for (int j = 0; j < UNKNOWNS; j++) {
                error += x[i] * x[j] * product(i, j);
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

    /** Gauss-Jordan on the unknowns in the set; the prior makes the matrix positive definite. */
    private double[] solve(int set) {
        double[][] rows = new double[UNKNOWNS][UNKNOWNS + 1];
        for (int i = 0; i < UNKNOWNS; i++) {
            boolean free = (set >> i & 1) != 0;
            for (int j = 0; j < UNKNOWNS; j++) {
                rows[i][j] = free && (set >> j & 1) != 0 ? product(i, j) : i == j ? 1 : 0;
            }
            rows[i][UNKNOWNS] = free ? target(i) : 0;
        }
        for (int pivot = 0; pivot < UNKNOWNS; pivot++) {
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
            solution[i] = rows[i][UNKNOWNS] / rows[i][i];
        }
        return solution;
    }
}
