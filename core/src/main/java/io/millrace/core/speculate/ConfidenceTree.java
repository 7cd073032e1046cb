package io.millrace.core.speculate;

import static io.millrace.core.internal.Arguments.check;

import java.util.PriorityQueue;

/**
 * The best tree of so many nodes that independent heads allow: node after node, the one with the
 * largest product of its heads' probabilities. It is Medusa's greedy construction (section 2.3.3)
 * with the heads' confidence in this very step instead of average accuracies. Stateless; any
 * thread.
 */
public final class ConfidenceTree {

    private ConfidenceTree() {}

    /** A node that could be next: the candidate of that rank of the head below its parent. */
    private record Candidate(int parent, int head, int rank, float score)
            implements Comparable<Candidate> {

        @Override
        public int compareTo(Candidate other) {
            int best = Float.compare(other.score, score);
            // A parent has at most one open child, so no two are alike.
            return best != 0 ? best : Integer.compare(parent, other.parent);
        }
    }

    /**
     * Builds a tree.
     *
     * @param tokens [heads, candidates], of each head the best tokens, the best first, differing
     * @param logProbabilities [heads, candidates], under the head, descending; minus infinity says
     *     that there is no such token
     * @param maxNodes of the tree
     */
    public static TokenTree of(int[][] tokens, float[][] logProbabilities, int maxNodes) {
        check(maxNodes >= 0, "maxNodes", maxNodes, "at least 0");
        check(
                tokens.length == logProbabilities.length,
                "logProbabilities.length",
                logProbabilities.length,
                "as many as tokens, " + tokens.length);
        TokenTreeBuilder builder = TokenTree.builder(maxNodes);
        PriorityQueue<Candidate> open = new PriorityQueue<>();
        offer(open, builder, logProbabilities, 0, 0, 0);
        while (builder.size() < maxNodes && !open.isEmpty()) {
            Candidate best = open.remove();
            int head = best.head();
            int rank = best.rank();
            int node = builder.add(best.parent(), tokens[head][rank], logProbabilities[head][rank]);
            offer(open, builder, logProbabilities, best.parent(), head, rank + 1);
            offer(open, builder, logProbabilities, node, head + 1, 0);
        }
        return builder.build();
    }

    private static void offer(
            PriorityQueue<Candidate> open,
            TokenTreeBuilder builder,
            float[][] logProbabilities,
            int parent,
            int head,
            int rank) {
        if (head < logProbabilities.length && rank < logProbabilities[head].length) {
            float score = builder.score(parent) + logProbabilities[head][rank];
            if (score != Float.NEGATIVE_INFINITY) {
                open.add(new Candidate(parent, head, rank, score));
            }
        }
    }
}
