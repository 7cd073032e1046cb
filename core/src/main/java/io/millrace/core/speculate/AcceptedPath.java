package io.millrace.core.speculate;

import java.util.Arrays;

/**
 * What a verification decided: the drafted tokens to keep and the one that the target adds.
 *
 * @param nodes [a], the accepted nodes from the root's child downwards, without the root; their
 *     cache rows are to be kept, in this order
 * @param bonus the token that follows the last accepted one; it is emitted, its cache row is
 *     computed in the next step
 */
public record AcceptedPath(int[] nodes, int bonus) {

    public AcceptedPath {
        nodes = nodes.clone();
    }

    @Override
    public int[] nodes() {
        return nodes.clone();
    }

    /** How many drafted tokens were accepted: a. */
    public int accepted() {
        return nodes.length;
    }

    /** The deepest accepted node; the root, 0, if there is none. */
    public int last() {
        return nodes.length == 0 ? 0 : nodes[nodes.length - 1];
    }

    /** What the step emits, [a+1]: the accepted tokens and the bonus. */
    public int[] tokens(TokenTree tree) {
        int[] tokens = Arrays.copyOf(tree.path(last()), nodes.length + 1);
        tokens[nodes.length] = bonus;
        return tokens;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof AcceptedPath that
                && bonus == that.bonus
                && Arrays.equals(nodes, that.nodes);
    }

    @Override
    public int hashCode() {
        return 31 * Arrays.hashCode(nodes) + bonus;
    }

    @Override
    public String toString() {
        return "AcceptedPath[nodes=%s, bonus=%d]".formatted(Arrays.toString(nodes), bonus);
    }

    /** The path that ends at a node. */
    static AcceptedPath endingAt(TokenTree tree, int node, int bonus) {
        int[] nodes = new int[tree.depth(node)];
        for (int at = node; at != 0; at = tree.parent(at)) {
            nodes[tree.depth(at) - 1] = at;
        }
        return new AcceptedPath(nodes, bonus);
    }
}
