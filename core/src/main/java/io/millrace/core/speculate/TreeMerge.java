package io.millrace.core.speculate;

import static io.millrace.core.internal.Arguments.check;

import java.util.ArrayList;
import java.util.List;

/**
 * Makes one tree of several drafts for the same sequence, so that a prefix that they share is
 * verified once: SpecInfer's merge of several drafters (section 4.1, "token tree merge"),
 * ReDrafter's of beams (section 3.2, "dynamic tree attention"), lookahead's of n-grams.
 *
 * <p>A path is in the result exactly if it is in one of the drafts, with the best of its scores
 * there. Stateless; any thread.
 */
public final class TreeMerge {

    private TreeMerge() {}

    /** The union of trees; empty for none. */
    public static TokenTree of(List<TokenTree> trees) {
        if (trees.size() == 1) {
            return trees.get(0);
        }
        TokenTreeBuilder merged = TokenTree.builder(trees.stream().mapToInt(TokenTree::size).sum());
        trees.forEach(tree -> add(merged, tree));
        return merged.build();
    }

    /**
     * The union of guesses.
     *
     * @param tokens [sequences, length of each], beams or n-grams
     * @param logProbabilities of the same shape, of each token given those before it
     */
    public static TokenTree ofSequences(int[][] tokens, float[][] logProbabilities) {
        check(
                tokens.length == logProbabilities.length,
                "logProbabilities.length",
                logProbabilities.length,
                "as many as tokens, " + tokens.length);
        List<TokenTree> chains = new ArrayList<>(tokens.length);
        for (int i = 0; i < tokens.length; i++) {
            chains.add(TokenTree.chain(tokens[i], logProbabilities[i]));
        }
        return of(chains);
    }

    private static void add(TokenTreeBuilder merged, TokenTree tree) {
        int[] renamed = new int[tree.size() + 1];
        for (int node = 1; node <= tree.size(); node++) {
            int parent = renamed[tree.parent(node)];
            int existing = merged.childWithToken(parent, tree.token(node));
            if (existing < 0) {
                renamed[node] = merged.addScored(parent, tree.token(node), tree.score(node));
            } else {
                merged.raise(existing, tree.score(node));
                renamed[node] = existing;
            }
        }
    }
}
