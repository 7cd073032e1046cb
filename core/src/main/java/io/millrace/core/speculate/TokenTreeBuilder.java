package io.millrace.core.speculate;

import static io.millrace.core.internal.Arguments.check;

import java.util.Arrays;

/**
 * Grows a {@link TokenTree} node by node, parents before children. One thread; a builder may go on
 * after {@link #build()}, the built trees do not change.
 */
public final class TokenTreeBuilder {

    /** What rounding in half precision may put above certainty. */
    private static final float ROUNDING = 1e-2f;

    private int[] tokens;
    private int[] parents;
    private int[] depths;
    private float[] scores;
    private int[] lastChild;
    private int[] previousSibling;
    private int count = 1;

    TokenTreeBuilder(int expectedNodes) {
        check(expectedNodes >= 0, "expectedNodes", expectedNodes, "at least 0");
        tokens = new int[expectedNodes + 1];
        parents = new int[expectedNodes + 1];
        depths = new int[expectedNodes + 1];
        scores = new float[expectedNodes + 1];
        lastChild = new int[expectedNodes + 1];
        previousSibling = new int[expectedNodes + 1];
        tokens[0] = -1;
        parents[0] = -1;
    }

    /**
     * Adds a child.
     *
     * @param parent 0 for the root, or what an earlier call returned
     * @param token not negative, and not that of another child of this parent
     * @param logProbability of the token given its parent, natural logarithm, finite, at most 0;
     *     what rounding puts above 0 counts as 0
     * @return the node's index, counting from 1 in the order of calls
     */
    public int add(int parent, int token, float logProbability) {
        checkParent(parent);
        check(
                Float.isFinite(logProbability) && logProbability <= ROUNDING,
                "logProbability",
                logProbability,
                "finite, at most 0");
        return append(parent, token, scores[parent] + Math.min(0, logProbability));
    }

    /** Like {@link #add}, with the score of the whole path; above its parent's, it is lowered. */
    public int addScored(int parent, int token, float score) {
        checkParent(parent);
        check(Float.isFinite(score) && score <= ROUNDING, "score", score, "finite, at most 0");
        return append(parent, token, Math.min(scores[parent], score));
    }

    /** The child of a node with that token; -1 if there is none. */
    public int childWithToken(int node, int token) {
        checkParent(node);
        int child = lastChild[node];
        while (child != 0 && tokens[child] != token) {
            child = previousSibling[child];
        }
        return child == 0 ? -1 : child;
    }

    /** How many nodes were added. */
    public int size() {
        return count - 1;
    }

    /** The token of an added node. */
    int token(int node) {
        checkParent(node);
        return tokens[node];
    }

    /** The score of a node's path. */
    public float score(int node) {
        checkParent(node);
        return scores[node];
    }

    /** The tree of all that was added. */
    public TokenTree build() {
        return new TokenTree(
                Arrays.copyOf(tokens, count),
                Arrays.copyOf(parents, count),
                Arrays.copyOf(depths, count),
                Arrays.copyOf(scores, count));
    }

    /** Lifts a node's score, at most to its parent's. */
    void raise(int node, float score) {
        scores[node] = Math.max(scores[node], Math.min(scores[parents[node]], score));
    }

    private int append(int parent, int token, float score) {
        check(token >= 0, "token", token, "at least 0");
        check(childWithToken(parent, token) < 0, "token", token, "once below node " + parent);
        if (count == tokens.length) {
            grow(2 * count);
        }
        tokens[count] = token;
        parents[count] = parent;
        depths[count] = depths[parent] + 1;
        scores[count] = score;
        previousSibling[count] = lastChild[parent];
        lastChild[parent] = count;
        return count++;
    }

    private void grow(int length) {
        tokens = Arrays.copyOf(tokens, length);
        parents = Arrays.copyOf(parents, length);
        depths = Arrays.copyOf(depths, length);
        scores = Arrays.copyOf(scores, length);
        lastChild = Arrays.copyOf(lastChild, length);
        previousSibling = Arrays.copyOf(previousSibling, length);
    }

    private void checkParent(int parent) {
        check(parent >= 0 && parent < count, "parent", parent, "0 to " + (count - 1));
    }
}
