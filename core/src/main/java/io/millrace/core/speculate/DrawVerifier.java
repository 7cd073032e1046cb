package io.millrace.core.speculate;

import static io.millrace.core.internal.Arguments.check;

/**
 * Keeps of a tree what decoding would have produced anyway: the longest path whose every token is
 * the one that the target draws after the one before. Lossless, whatever the drafts are and however
 * they came about: what is emitted are the target's own draws. Stateless; any thread.
 */
public final class DrawVerifier {

    private DrawVerifier() {}

    /**
     * Verifies one tree.
     *
     * @param drawn [n+1], what the target draws after every node, the root first: for greedy
     *     decoding its most probable token, else one of its distribution by the random number of
     *     that place, as in plain decoding
     */
    public static AcceptedPath verify(TokenTree tree, int[] drawn) {
        check(
                drawn.length == tree.size() + 1,
                "drawn.length",
                drawn.length,
                "one token per node, " + (tree.size() + 1));
        int node = 0;
        // Siblings differ in their token, so at most one child goes on.
        for (int next = 0; next >= 0; next = tree.childWithToken(node, drawn[node])) {
            node = next;
        }
        return AcceptedPath.endingAt(tree, node, drawn[node]);
    }
}
