package io.millrace.core.speculate;

import static io.millrace.core.internal.Arguments.check;

import java.util.Arrays;

/**
 * Who sees whom when a {@link TokenTree} is verified in one step, and where its answers lie: the
 * buffers that Medusa, EAGLE and SpecInfer share (Medusa, section 2.1.2, "tree attention").
 *
 * <p>With n drafted tokens, rows and columns are the n+1 nodes, the root first. What came before
 * the root is not in the mask: every node sees it.
 *
 * <p>Immutable; any thread.
 */
public final class TreeMask {

    private final TokenTree tree;
    private final int nodes;
    private final int words;

    /** Row i: bit j says that node i sees node j. */
    private final long[] bits;

    private TreeMask(TokenTree tree) {
        this.tree = tree;
        this.nodes = tree.size() + 1;
        this.words = (nodes + Long.SIZE - 1) / Long.SIZE;
        this.bits = new long[nodes * words];
        for (int node = 0; node < nodes; node++) {
            if (node > 0) {
                System.arraycopy(bits, tree.parent(node) * words, bits, node * words, words);
            }
            bits[node * words + node / Long.SIZE] |= 1L << node;
        }
    }

    /** The mask of a tree. */
    public static TreeMask of(TokenTree tree) {
        return new TreeMask(tree);
    }

    /** Rows and columns: n+1. */
    public int nodes() {
        return nodes;
    }

    /** Whether {@code other} is the node itself or one of its ancestors. */
    public boolean sees(int node, int other) {
        check(other >= 0 && other < nodes, "other", other, "0 to " + (nodes - 1));
        return (bits[node * words + other / Long.SIZE] >>> other & 1) != 0;
    }

    /**
     * Writes the mask into a larger one, such as one [B, N, N] of several padded trees.
     *
     * @param offset of this tree's first element
     * @param rowStride from a row to the next, at least n+1; what lies between is left alone
     * @param seen the value where a row sees a column
     * @param hidden the value elsewhere
     */
    public void writeTo(float[] target, int offset, int rowStride, float seen, float hidden) {
        for (int row = 0; row < nodes; row++) {
            for (int column = 0; column < nodes; column++) {
                target[offset + row * rowStride + column] = sees(row, column) ? seen : hidden;
            }
        }
    }

    /**
     * The nodes from the root to every leaf, [leaves, maxDepth+1], padded with -1; leaves ascend.
     * After accepting a tokens of row r, the cache rows to keep are those of columns 0 to a.
     */
    public int[][] retrieveIndices() {
        int leaves = 0;
        for (int node = 0; node < nodes; node++) {
            leaves += tree.isLeaf(node) ? 1 : 0;
        }
        int[][] rows = new int[leaves][tree.maxDepth() + 1];
        int row = 0;
        for (int node = 0; node < nodes; node++) {
            if (tree.isLeaf(node)) {
                fill(rows[row++], node);
            }
        }
        return rows;
    }

    private void fill(int[] row, int leaf) {
        Arrays.fill(row, -1);
        for (int node = leaf; node >= 0; node = tree.parent(node)) {
            row[tree.depth(node)] = node;
        }
    }
}
