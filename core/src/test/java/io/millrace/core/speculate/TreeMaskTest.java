package io.millrace.core.speculate;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

class TreeMaskTest {

    private static final TokenTree FORK = fork();

    private static TokenTree fork() {
        TokenTreeBuilder builder = TokenTree.builder(3);
        int first = builder.add(0, 1, -1);
        builder.add(0, 2, -2);
        builder.add(first, 3, -1);
        return builder.build();
    }

    @Test
    void writesTheBuffersOfAFork() {
        TreeMask mask = TreeMask.of(FORK);

        assertThat(floats(mask))
                .containsExactly(
                        1, 0, 0, 0, //
                        1, 1, 0, 0, //
                        1, 0, 1, 0, //
                        1, 1, 0, 1);
        assertThat(mask.retrieveIndices()).isDeepEqualTo(new int[][] {{0, 2, -1}, {0, 1, 3}});
    }

    @Test
    void letsOnlyTheRootSeeItselfInAnEmptyTree() {
        TreeMask mask = TreeMask.of(TokenTree.empty());

        assertThat(floats(mask)).containsExactly(1);
        assertThat(mask.retrieveIndices()).isDeepEqualTo(new int[][] {{0}});
    }

    private static float[] floats(TreeMask mask) {
        float[] target = new float[mask.nodes() * mask.nodes()];
        mask.writeTo(target, 0, mask.nodes(), 1, 0);
        return target;
    }

    @Test
    void writesIntoAPaddedMaskAndLeavesTheRestAlone() {
        float[] target = new float[2 * 5 * 5];
        Arrays.fill(target, 9);

        TreeMask.of(FORK).writeTo(target, 25, 5, 1, 0);

        assertThat(Arrays.copyOfRange(target, 0, 25)).containsOnly(9);
        assertThat(Arrays.copyOfRange(target, 25, 35))
                .containsExactly(1, 0, 0, 0, 9, 1, 1, 0, 0, 9);
        assertThat(Arrays.copyOfRange(target, 45, 50)).containsOnly(9);
    }

    @Property(tries = 300)
    void seesAncestorsAndItself(@ForAll long seed) {
        TokenTree tree = Trees.random(new Random(seed), 150, 9);
        TreeMask mask = TreeMask.of(tree);
        float[] written = floats(mask);

        for (int node = 0; node < mask.nodes(); node++) {
            for (int other = 0; other < mask.nodes(); other++) {
                boolean expected = Trees.isAncestorOrSelf(tree, other, node);
                assertThat(mask.sees(node, other))
                        .as("seed %d, %d sees %d", seed, node, other)
                        .isEqualTo(expected);
                assertThat(written[node * mask.nodes() + other]).isEqualTo(expected ? 1 : 0);
            }
        }
    }

    @Property(tries = 300)
    void retrievesEveryLeafFromTheRoot(@ForAll long seed) {
        TokenTree tree = Trees.random(new Random(seed), 60, 4);
        int[][] rows = TreeMask.of(tree).retrieveIndices();

        int[] leaves = new int[rows.length];
        for (int i = 0; i < rows.length; i++) {
            int length = (int) Arrays.stream(rows[i]).takeWhile(node -> node >= 0).count();
            assertThat(rows[i]).as("seed %d", seed).hasSize(tree.maxDepth() + 1).startsWith(0);
            for (int k = 1; k < rows[i].length; k++) {
                int expected = k < length ? rows[i][k - 1] : -1;
                int found = k < length ? tree.parent(rows[i][k]) : rows[i][k];
                assertThat(found).as("seed %d", seed).isEqualTo(expected);
            }
            leaves[i] = rows[i][length - 1];
        }
        assertThat(leaves).as("seed %d", seed).isSorted().doesNotHaveDuplicates();
        for (int node = 0; node <= tree.size(); node++) {
            assertThat(Arrays.binarySearch(leaves, node) >= 0).isEqualTo(tree.isLeaf(node));
        }
    }
}
