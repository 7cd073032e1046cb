package io.millrace.gpu.decode;

import io.millrace.core.schedule.Sequence;

/**
 * Drafted tokens of one depth behind a sequence's last known token, to be computed when their
 * ancestors are already: rows of a tree that grows level by level. The slots behind the last
 * token's hold the tree's rows in the order in which they were computed.
 *
 * @param tokens [n], at least one
 * @param depth of all of them; the last known token's is 0
 * @param firstRow rows of the tree that were computed before
 * @param seen [n, depth] the rows of the tree that each sees: its ancestors and itself
 */
public record Branch(Sequence sequence, int[] tokens, int depth, int firstRow, int[][] seen) {

    int root() {
        return sequence.length() - 1;
    }

    /** The last known token's row, those computed before and its own. */
    int width() {
        return 1 + firstRow + tokens.length;
    }
}
