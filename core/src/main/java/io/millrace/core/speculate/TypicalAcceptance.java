package io.millrace.core.speculate;

import static io.millrace.core.internal.Arguments.check;

import java.io.Serializable;

/**
 * Medusa's typical acceptance (2401.10774, section 2.3.1): keeps drafted tokens that the target
 * finds plausible enough, the less certain it is. <b>Lossy</b>: what is emitted does not follow the
 * target's distribution; who uses it says so. Stateless; any thread.
 *
 * @param epsilon a token more probable than this is always typical
 * @param delta times exp(-entropy) of the distribution is the threshold where that is lower
 */
public record TypicalAcceptance(double epsilon, double delta) implements Serializable {

    /** As Medusa's code has it, where delta is called alpha. */
    public static final TypicalAcceptance DEFAULT = new TypicalAcceptance(0.09, 0.3);

    public TypicalAcceptance {
        check(epsilon > 0 && epsilon <= 1, "epsilon", epsilon, "above 0, at most 1");
        check(delta > 0 && delta <= 1, "delta", delta, "above 0, at most 1");
    }

    /**
     * Finds the end of the longest path of typical tokens, of several the one that is most probable
     * under the target.
     *
     * @param probabilities [n+1], of every node's token after its parent, under the target; the
     *     root's is not looked at
     * @param entropies [n+1], of the target's distribution after every node, natural logarithm
     * @return the node; 0, the root, if no token is typical
     */
    public int verify(TokenTree tree, double[] probabilities, double[] entropies) {
        boolean[] typical = new boolean[tree.size() + 1];
        double[] scores = new double[tree.size() + 1];
        typical[0] = true;
        int best = 0;
        for (int node = 1; node <= tree.size(); node++) {
            int parent = tree.parent(node);
            double probability = probabilities[node];
            typical[node] = typical[parent] && probability > threshold(entropies[parent]);
            if (typical[node]) {
                scores[node] = scores[parent] + Math.log(probability);
                int deeper = tree.depth(node) - tree.depth(best);
                if (deeper > 0 || (deeper == 0 && scores[node] > scores[best])) {
                    best = node;
                }
            }
        }
        return best;
    }

    /** The probability above which a token is typical. */
    double threshold(double entropy) {
        return Math.min(epsilon, delta * Math.exp(-entropy));
    }
}
