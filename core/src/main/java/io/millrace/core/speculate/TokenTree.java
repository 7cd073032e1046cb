package io.millrace.core.speculate;

import static io.millrace.core.internal.Arguments.check;

import java.util.Arrays;

/**
 * Tokens that a drafter proposes after the last accepted one, as a tree: every path from the root
 * is a guess at what follows.
 *
 * <p>Node 0 is the root, the last accepted token; it is not part of the draft and has no token
 * here. Nodes 1 to {@link #size()} are drafted. A node's score is its path's log-probability under
 * the drafter, natural logarithm, 0 at the root.
 *
 * <p>Immutable; any thread.
 */
public final class TokenTree {

    private static final TokenTree EMPTY = builder(0).build();

    // INVARIANT: parents[i] < i, scores[i] <= scores[parents[i]], siblings differ in their token.
    private final int[] tokens;
    private final int[] parents;
    private final int[] depths;
    private final float[] scores;

    /** Children of node i: {@code children[firstChild[i]] .. children[firstChild[i + 1] - 1]}. */
    private final int[] firstChild;

    private final int[] children;
    private final int maxDepth;

    TokenTree(int[] tokens, int[] parents, int[] depths, float[] scores) {
        this.tokens = tokens;
        this.parents = parents;
        this.depths = depths;
        this.scores = scores;
        this.firstChild = new int[parents.length + 1];
        this.children = new int[parents.length - 1];
        this.maxDepth = indexChildren();
    }

    /** A tree without drafted tokens: decode plainly. */
    public static TokenTree empty() {
        return EMPTY;
    }

    /** A builder with room for so many nodes, which grows when it needs more. */
    public static TokenTreeBuilder builder(int expectedNodes) {
        return new TokenTreeBuilder(expectedNodes);
    }

    /** A builder that has all nodes of this tree already, under their numbers. */
    public TokenTreeBuilder toBuilder(int moreNodes) {
        TokenTreeBuilder builder = builder(size() + moreNodes);
        for (int node = 1; node <= size(); node++) {
            builder.addScored(parents[node], tokens[node], scores[node]);
        }
        return builder;
    }

    /**
     * One guess, token after token.
     *
     * @param tokens [n]
     * @param logProbabilities [n], of each token after those before it
     */
    public static TokenTree chain(int[] tokens, float[] logProbabilities) {
        check(
                tokens.length == logProbabilities.length,
                "logProbabilities.length",
                logProbabilities.length,
                "as many as tokens, " + tokens.length);
        TokenTreeBuilder builder = builder(tokens.length);
        for (int i = 0; i < tokens.length; i++) {
            builder.add(i, tokens[i], logProbabilities[i]);
        }
        return builder.build();
    }

    /** How many tokens are drafted: n; the nodes are 0 to n. */
    public int size() {
        return tokens.length - 1;
    }

    /** Whether nothing is drafted. */
    public boolean isEmpty() {
        return size() == 0;
    }

    /** The token of node 1 to n. */
    public int token(int node) {
        check(node >= 1 && node <= size(), "node", node, "1 to " + size());
        return tokens[node];
    }

    /** The parent of a node; -1 for the root. */
    public int parent(int node) {
        return parents[node];
    }

    /** How many drafted tokens lead to a node, itself included; 0 for the root. */
    public int depth(int node) {
        return depths[node];
    }

    /** The depth of the deepest node. */
    public int maxDepth() {
        return maxDepth;
    }

    /** The log-probability of a node's path under the drafter; 0 for the root. */
    public float score(int node) {
        return scores[node];
    }

    /** The log-probability of a node's token given its parent. */
    public float logProbability(int node) {
        return node == 0 ? 0 : scores[node] - scores[parents[node]];
    }

    /** How many children a node has. */
    public int childCount(int node) {
        return firstChild[node + 1] - firstChild[node];
    }

    /** A child of a node, the best score first, the lower node first where scores tie. */
    public int child(int node, int index) {
        check(index >= 0 && index < childCount(node), "index", index, "below childCount");
        return children[firstChild[node] + index];
    }

    /** The child of a node with that token; -1 if there is none. */
    public int childWithToken(int node, int token) {
        for (int i = firstChild[node]; i < firstChild[node + 1]; i++) {
            if (tokens[children[i]] == token) {
                return children[i];
            }
        }
        return -1;
    }

    /** Whether a node has no children; so is the root of an empty tree. */
    public boolean isLeaf(int node) {
        return childCount(node) == 0;
    }

    /** The drafted tokens, [n]: node i's is at i - 1. */
    public int[] tokens() {
        return Arrays.copyOfRange(tokens, 1, tokens.length);
    }

    /** The parent of every node, [n+1]; the root's is -1. */
    public int[] parents() {
        return parents.clone();
    }

    /** The depth of every node, [n+1]: what to add to the root's position. */
    public int[] depths() {
        return depths.clone();
    }

    /** The tokens on the way to a node, [depth]. */
    public int[] path(int node) {
        int[] path = new int[depths[node]];
        for (int at = node; at != 0; at = parents[at]) {
            path[depths[at] - 1] = tokens[at];
        }
        return path;
    }

    /**
     * The nodes with the best scores, ascending. Because no child scores above its parent, and a
     * parent precedes a child of the same score, they are connected to the root (EAGLE-2, section
     * 4.2, re-ranking).
     */
    public int[] best(int maxNodes) {
        check(maxNodes >= 0, "maxNodes", maxNodes, "at least 0");
        long[] order = new long[size()];
        for (int node = 1; node <= size(); node++) {
            order[node - 1] = SortKeys.descending(scores[node], node);
        }
        Arrays.sort(order);
        int[] best = new int[Math.min(maxNodes, size())];
        for (int i = 0; i < best.length; i++) {
            best[i] = SortKeys.index(order[i]);
        }
        Arrays.sort(best);
        return best;
    }

    /** This tree cut to its best nodes, see {@link #best}; itself if it has no more. */
    public TokenTree prune(int maxNodes) {
        return maxNodes >= size() ? this : select(best(maxNodes));
    }

    /**
     * A part of the tree: node i of the result is {@code nodes[i - 1]} of this tree.
     *
     * @param nodes ascending, each with its parent or a child of the root
     */
    public TokenTree select(int[] nodes) {
        int[] renamed = new int[tokens.length];
        int[] kept = new int[nodes.length + 1];
        int[] newParents = new int[nodes.length + 1];
        newParents[0] = -1;
        for (int i = 1; i <= nodes.length; i++) {
            int node = nodes[i - 1];
            boolean ascends = node > kept[i - 1] && node <= size();
            check(ascends, "node", node, "ascending, at least 1, at most the size");
            int parent = parents[node];
            check(parent == 0 || renamed[parent] != 0, "node", node, "selected with its parent");
            renamed[node] = i;
            kept[i] = node;
            newParents[i] = renamed[parent];
        }
        return new TokenTree(gather(tokens, kept), newParents, gather(depths, kept), scores(kept));
    }

    private float[] scores(int[] nodes) {
        float[] gathered = new float[nodes.length];
        for (int i = 0; i < nodes.length; i++) {
            gathered[i] = scores[nodes[i]];
        }
        return gathered;
    }

    private static int[] gather(int[] values, int[] nodes) {
        int[] gathered = new int[nodes.length];
        for (int i = 0; i < nodes.length; i++) {
            gathered[i] = values[nodes[i]];
        }
        return gathered;
    }

    /** Lists every node's children, the best first, and returns the greatest depth. */
    private int indexChildren() {
        int deepest = 0;
        for (int node = 1; node < parents.length; node++) {
            firstChild[parents[node] + 1]++;
            deepest = Math.max(deepest, depths[node]);
        }
        for (int node = 0; node < parents.length; node++) {
            firstChild[node + 1] += firstChild[node];
        }
        int[] next = firstChild.clone();
        for (int node = 1; node < parents.length; node++) {
            int first = firstChild[parents[node]];
            int place = next[parents[node]]++;
            while (place > first && scores[children[place - 1]] < scores[node]) {
                children[place] = children[place - 1];
                place--;
            }
            children[place] = node;
        }
        return deepest;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof TokenTree that
                && Arrays.equals(tokens, that.tokens)
                && Arrays.equals(parents, that.parents)
                && Arrays.equals(scores, that.scores);
    }

    @Override
    public int hashCode() {
        return 31 * (31 * Arrays.hashCode(tokens) + Arrays.hashCode(parents))
                + Arrays.hashCode(scores);
    }

    @Override
    public String toString() {
        return "TokenTree[tokens=%s, parents=%s, scores=%s]"
                .formatted(
                        Arrays.toString(tokens()),
                        Arrays.toString(parents),
                        Arrays.toString(scores));
    }
}
