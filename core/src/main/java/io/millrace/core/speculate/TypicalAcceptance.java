package io.millrace.core.speculate;

import static io.millrace.core.internal.Arguments.check;

import java.util.function.DoubleSupplier;
import java.util.function.IntFunction;

/**
 * Medusa's typical acceptance (section 2.3.1): keeps drafted tokens that the target finds plausible
 * enough, the less certain it is. <b>Lossy</b>: what is emitted does not follow the target's
 * distribution; who uses it says so. Stateless; any thread.
 *
 * @param epsilon a token more probable than this is always typical
 * @param alpha times exp(-entropy) of the distribution is the threshold where that is lower
 */
public record TypicalAcceptance(double epsilon, double alpha) {

    /** As Medusa's code has it. */
    public static final TypicalAcceptance DEFAULT = new TypicalAcceptance(0.09, 0.3);

    /** Keeps the logarithm finite; Medusa's constant. */
    private static final double TINY = 1e-5;

    public TypicalAcceptance {
        check(epsilon > 0 && epsilon <= 1, "epsilon", epsilon, "above 0, at most 1");
        check(alpha > 0 && alpha <= 1, "alpha", alpha, "above 0, at most 1");
    }

    /**
     * Keeps the longest path of typical tokens, of several the one that is most probable under the
     * target; the bonus is drawn from the typical tokens after it.
     *
     * @param target of a node, the distribution of the token after it, [vocabulary]; not changed
     * @param random asked once; from 0, inclusive, to 1, exclusive
     */
    public AcceptedPath verify(
            TokenTree tree, IntFunction<double[]> target, DoubleSupplier random) {
        double[][] distributions = new double[tree.size() + 1][];
        double[] thresholds = new double[tree.size() + 1];
        double[] scores = new double[tree.size() + 1];
        int best = 0;
        for (int node = 0; node <= tree.size(); node++) {
            if (node > 0 && !extend(tree, node, distributions, thresholds, scores)) {
                continue;
            }
            distributions[node] = target.apply(node);
            thresholds[node] = threshold(distributions[node]);
            int deeper = tree.depth(node) - tree.depth(best);
            if (deeper > 0 || (deeper == 0 && scores[node] > scores[best])) {
                best = node;
            }
        }
        double[] typical = typical(distributions[best], thresholds[best]);
        return AcceptedPath.endingAt(
                tree, best, SamplingVerifier.sample(typical, random.getAsDouble()));
    }

    /** The probability above which a token is typical. */
    double threshold(double[] distribution) {
        double entropy = 0;
        for (double p : distribution) {
            entropy -= p * Math.log(p + TINY);
        }
        return Math.min(epsilon, alpha * Math.exp(-entropy));
    }

    /** Whether a node is typical and all above it are; sets its score then. */
    private static boolean extend(
            TokenTree tree,
            int node,
            double[][] distributions,
            double[] thresholds,
            double[] scores) {
        int parent = tree.parent(node);
        if (distributions[parent] == null) {
            return false;
        }
        double probability = distributions[parent][tree.token(node)];
        scores[node] = scores[parent] + Math.log(probability);
        return probability > thresholds[parent];
    }

    private static double[] typical(double[] distribution, double threshold) {
        double[] typical = new double[distribution.length];
        double sum = 0;
        int best = 0;
        for (int token = 0; token < distribution.length; token++) {
            typical[token] = distribution[token] > threshold ? distribution[token] : 0;
            sum += typical[token];
            best = distribution[token] > distribution[best] ? token : best;
        }
        if (sum == 0) {
            typical[best] = 1;
            return typical;
        }
        for (int token = 0; token < typical.length; token++) {
            typical[token] /= sum;
        }
        return typical;
    }
}
