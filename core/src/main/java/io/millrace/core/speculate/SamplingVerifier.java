package io.millrace.core.speculate;

import static io.millrace.core.internal.Arguments.check;

import java.util.List;
import java.util.function.DoubleSupplier;
import java.util.function.IntFunction;

/**
 * Keeps of a tree so much that what is emitted follows the target's distribution exactly, whatever
 * the drafts are worth. Distributions are those that plain decoding would sample from: temperature,
 * top-k, top-p and penalties are applied.
 *
 * <p>Stateless; any thread. The random numbers are from 0, inclusive, to 1, exclusive.
 */
public final class SamplingVerifier {

    private SamplingVerifier() {}

    /**
     * Verifies drafts that do not depend on chance, such as a head's best tokens: draws the next
     * token as plain decoding does, and goes on where the tree foresaw it.
     *
     * <p>A child x is so accepted with probability p(x), and what is emitted where none is follows
     * the rest, renormalised: the distribution of EAGLE's {@code evaluate_posterior} and of
     * Medusa's lossless rule, which reject child after child. But one random number makes one
     * token, in their order; so with numbers that depend on the position, the text is that of plain
     * decoding.
     *
     * @param target of a node, the distribution of the token after it, [vocabulary]; only asked for
     *     along the accepted path, and not changed
     * @param random asked once per emitted token
     */
    public static AcceptedPath deterministic(
            TokenTree tree, IntFunction<double[]> target, DoubleSupplier random) {
        int node = 0;
        while (true) {
            int token = sample(target.apply(node), random.getAsDouble());
            int child = tree.childWithToken(node, token);
            if (child < 0) {
                return AcceptedPath.endingAt(tree, node, token);
            }
            node = child;
        }
    }

    /**
     * Verifies drafts that were drawn at random: SpecInfer's multi-step speculative sampling
     * (algorithm 2, {@code VerifyStochastic}), with one draw per node that of Leviathan et al.
     *
     * @param target as above
     * @param draws below a node, in the order in which they were drawn, which must not depend on
     *     the tokens; empty below a leaf
     * @param random asked once per draw that is tried and once for the bonus
     */
    public static AcceptedPath multiRound(
            TokenTree tree,
            IntFunction<double[]> target,
            IntFunction<List<Draw>> draws,
            DoubleSupplier random) {
        int node = 0;
        while (true) {
            double[] rest = target.apply(node).clone();
            int child = tryDraws(tree, node, rest, draws.apply(node), random);
            if (child < 0) {
                return AcceptedPath.endingAt(tree, node, sample(rest, random.getAsDouble()));
            }
            node = child;
        }
    }

    /** The accepted child, or -1, and then {@code rest} is what remains to be sampled from. */
    private static int tryDraws(
            TokenTree tree, int node, double[] rest, List<Draw> draws, DoubleSupplier random) {
        for (Draw draw : draws) {
            int child = draw.child();
            check(
                    child <= tree.size() && tree.parent(child) == node,
                    "child",
                    child,
                    "a child of node " + node);
            double[] draft = draw.distribution();
            check(
                    draft.length == rest.length,
                    "distribution.length",
                    draft.length,
                    "the target's, " + rest.length);
            int token = tree.token(child);
            if (random.getAsDouble() * draft[token] < rest[token]) {
                return child;
            }
            subtract(rest, draft);
        }
        return -1;
    }

    /** {@code rest = normalise(max(0, rest - draft))}. */
    private static void subtract(double[] rest, double[] draft) {
        double sum = 0;
        for (int i = 0; i < rest.length; i++) {
            sum += Math.max(0, rest[i] - draft[i]);
        }
        if (sum <= 0) {
            // Equal up to rounding, and then the draw was a fair one of the target's.
            return;
        }
        for (int i = 0; i < rest.length; i++) {
            rest[i] = Math.max(0, rest[i] - draft[i]) / sum;
        }
    }

    /** Inverts the cumulative distribution; never a token of probability 0. */
    static int sample(double[] distribution, double random) {
        double left = random;
        int last = -1;
        for (int token = 0; token < distribution.length; token++) {
            if (distribution[token] > 0) {
                last = token;
                left -= distribution[token];
                if (left < 0) {
                    break;
                }
            }
        }
        check(last >= 0, "distribution", "no positive probability", "a sum of 1");
        return last;
    }
}
