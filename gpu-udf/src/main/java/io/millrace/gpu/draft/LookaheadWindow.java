package io.millrace.gpu.draft;

import io.millrace.core.schedule.Sequence;
import io.millrace.core.speculate.TokenTreeBuilder;
import java.util.Arrays;

/**
 * Lookahead's window for one sequence (2402.02057, section 3.1): N - 1 rows of W guesses, each row
 * a Jacobi iteration on the one above. Row 0 begins with the last known token and guesses the W - 1
 * behind it; the token in row r and column j stands r + j places behind the last known one and sees
 * row 0 up to its column and its own column above it.
 *
 * <p>So it is a tree: row 0 is a chain below the root, and column j hangs from its place j. What
 * the model draws behind the last row is a new row, and every column with it an n-gram that the
 * model itself has made. One thread.
 */
final class LookaheadWindow {

    private static final int ABSENT = -1;

    // Guesses, not drafts: nothing reads their scores, which only have to be finite.
    private static final float LOG_PROBABILITY = -1;

    /** [N - 1][W]; row 0, column 0 is the last known token and not kept. */
    private final int[][] tokens;

    /** [W], the node of each column's last guess in the tree of this step, or {@link #ABSENT}. */
    private final int[] leaves;

    /**
     * A window that begins with what the prompt says: column after column another stretch of it.
     */
    LookaheadWindow(LookaheadSettings settings, Sequence sequence) {
        int rows = settings.ngram() - 1;
        int columns = settings.window();
        tokens = new int[rows][columns];
        leaves = new int[columns];
        Arrays.fill(leaves, ABSENT);
        int length = sequence.length();
        for (int column = 0; column < columns; column++) {
            int from = (int) ((long) column * length / columns);
            for (int row = 0; row < rows; row++) {
                tokens[row][column] = sequence.token((from + row) % length);
            }
        }
    }

    /** Adds its guesses to a tree, as far as they are no deeper than they may be. */
    void addTo(TokenTreeBuilder tree, int maxDepth) {
        int[] above = new int[leaves.length];
        for (int column = 1; column < above.length; column++) {
            above[column] = add(tree, above[column - 1], tokens[0][column], column <= maxDepth);
        }
        for (int row = 1; row < tokens.length; row++) {
            for (int column = 0; column < above.length; column++) {
                boolean fits = column + row <= maxDepth;
                above[column] = add(tree, above[column], tokens[row][column], fits);
            }
        }
        System.arraycopy(above, 0, leaves, 0, leaves.length);
    }

    private static int add(TokenTreeBuilder tree, int parent, int token, boolean fits) {
        if (!fits || parent == ABSENT) {
            return ABSENT;
        }
        int existing = tree.childWithToken(parent, token);
        return existing == ABSENT ? tree.add(parent, token, LOG_PROBABILITY) : existing;
    }

    /**
     * Moves on by a row, and collects the n-grams that are complete.
     *
     * @param last the token that the window's root stands for
     * @param drawn the model's token behind every node of the tree that {@link #addTo} has made
     */
    void advance(int last, int[] drawn, NgramPool pool) {
        for (int column = 0; column < leaves.length; column++) {
            if (leaves[column] != ABSENT) {
                int first = column == 0 ? last : tokens[0][column];
                int[] ngram = new int[tokens.length];
                for (int row = 1; row < tokens.length; row++) {
                    ngram[row - 1] = tokens[row][column];
                    tokens[row - 1][column] = tokens[row][column];
                }
                ngram[tokens.length - 1] = drawn[leaves[column]];
                pool.add(first, ngram);
                tokens[tokens.length - 1][column] = drawn[leaves[column]];
            }
        }
        Arrays.fill(leaves, ABSENT);
    }
}
