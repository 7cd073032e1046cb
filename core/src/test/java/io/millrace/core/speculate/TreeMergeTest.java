package io.millrace.core.speculate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

class TreeMergeTest {

    @Test
    void sharesThePrefixesOfBeams() {
        TokenTree tree =
                TreeMerge.ofSequences(
                        new int[][] {{1, 2, 3}, {1, 2, 4}, {5}},
                        new float[][] {{-1, -1, -1}, {-1, -1, -2}, {-3}});

        assertThat(tree.tokens()).containsExactly(1, 2, 3, 4, 5);
        assertThat(tree.parents()).containsExactly(-1, 0, 1, 2, 2, 0);
        assertThat(tree.score(4)).isEqualTo(-4f);
    }

    @Test
    void keepsTheBestScoreOfAPathAndOfWhatFollowsIt() {
        TokenTree low = TokenTree.chain(new int[] {1, 2}, new float[] {-2, -2});
        TokenTree high = TokenTree.chain(new int[] {1, 2}, new float[] {-1, -1});

        TokenTree tree = TreeMerge.of(List.of(low, high));

        assertThat(tree).isEqualTo(high);
    }

    @Test
    void makesNothingOfNothing() {
        assertThat(TreeMerge.of(List.of())).isEqualTo(TokenTree.empty());
        assertThatThrownBy(() -> TreeMerge.ofSequences(new int[1][0], new float[0][0]))
                .hasMessage("logProbabilities.length: 0 (expected: as many as tokens, 1)");
    }

    @Property(tries = 300)
    void holdsExactlyThePathsOfTheMergedWithTheirBestScores(@ForAll long seed) {
        Random random = new Random(seed);
        List<TokenTree> trees =
                IntStream.range(0, 1 + random.nextInt(4))
                        .mapToObj(i -> Trees.random(random, 15, 3))
                        .toList();
        Map<List<Integer>, Float> expected = new HashMap<>();
        for (TokenTree tree : trees) {
            paths(tree).forEach((path, score) -> expected.merge(path, score, Math::max));
        }

        assertThat(paths(TreeMerge.of(trees))).as("seed %d", seed).isEqualTo(expected);
    }

    @Property(tries = 300)
    void isIdempotentAndCommutativeUpToOrder(@ForAll long seed) {
        Random random = new Random(seed);
        TokenTree first = Trees.random(random, 15, 3);
        TokenTree second = Trees.random(random, 15, 3);
        TokenTree third = Trees.random(random, 15, 3);

        assertThat(TreeMerge.of(List.of(first, first))).as("seed %d", seed).isEqualTo(first);
        assertThat(paths(TreeMerge.of(List.of(first, second))))
                .as("seed %d", seed)
                .isEqualTo(paths(TreeMerge.of(List.of(second, first))));
        assertThat(TreeMerge.of(List.of(TreeMerge.of(List.of(first, second)), third)))
                .as("seed %d", seed)
                .isEqualTo(TreeMerge.of(List.of(first, second, third)));
    }

    private static Map<List<Integer>, Float> paths(TokenTree tree) {
        Map<List<Integer>, Float> paths = new HashMap<>();
        for (int node = 1; node <= tree.size(); node++) {
            paths.put(IntStream.of(tree.path(node)).boxed().toList(), tree.score(node));
        }
        return paths;
    }
}
