package io.millrace.core.speculate;

import io.millrace.core.internal.NonNegativeLeastSquares;
import java.util.Arrays;

/**
 * Least squares in three unknowns that must not be negative, kept as normal equations: a step of
 * recursive least squares with forgetting adds one row.
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
        double[][] pulled = new double[UNKNOWNS][];
        double[] pulledTargets = new double[UNKNOWNS];
        for (int i = 0; i < UNKNOWNS; i++) {
            // The pull of the prior does not fade: it decides what the data leave open.
            pulled[i] = products[i].clone();
            pulled[i][i] += priorWeight / (scale * scale);
            pulledTargets[i] = targets[i] + priorWeight / scale;
        }
        // The prior makes the matrix positive definite.
        double[] best = NonNegativeLeastSquares.solve(pulled, pulledTargets, 0, x -> true);
        for (int i = 0; i < UNKNOWNS; i++) {
            best[i] *= prior[i];
        }
        return best;
    }
}
