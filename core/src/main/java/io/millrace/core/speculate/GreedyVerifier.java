package io.millrace.core.speculate;

import static io.millrace.core.internal.Arguments.check;

/**
 * Keeps of a tree what greedy decoding would have produced anyway: the longest path whose every
 * token is the target's best after the one before. Lossless. Stateless; any thread.
 */
public final class GreedyVerifier {

    private GreedyVerifier() {}

    /**
     * Verifies one tree.
     *
     * @param best [n+1], the target's most probable token after every node, the root first; who
     *     computes it breaks ties towards the lower token, as in plain decoding
     */
    public static AcceptedPath verify(TokenTree tree, int[] best) {
        check(
                best.length == tree.size() + 1,
                "best.length",
                best.length,
                "one token per node, " + (tree.size() + 1));
        int node = 0;
        // Siblings differ in their token, so at most one child goes on.
        for (int next = 0; next >= 0; next = tree.childWithToken(node, best[node])) {
            node = next;
        }
        return AcceptedPath.endingAt(tree, node, best[node]);
    }
}
