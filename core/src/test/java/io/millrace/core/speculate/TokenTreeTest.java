package io.millrace.core.speculate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.HashSet;
import java.util.Random;
import java.util.Set;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

class TokenTreeTest {

    @Test
    void describesAChain() {
        TokenTree tree = TokenTree.chain(new int[] {7, 8}, new float[] {-0.5f, -1});

        assertThat(tree.size()).isEqualTo(2);
        assertThat(tree.maxDepth()).isEqualTo(2);
        assertThat(tree.tokens()).containsExactly(7, 8);
        assertThat(tree.parents()).containsExactly(-1, 0, 1);
        assertThat(tree.depths()).containsExactly(0, 1, 2);
        assertThat(tree.score(2)).isEqualTo(-1.5f);
        assertThat(tree.logProbability(2)).isEqualTo(-1f);
        assertThat(tree.path(2)).containsExactly(7, 8);
    }

    @Test
    void hasARootEvenWhenEmpty() {
        TokenTree tree = TokenTree.empty();

        assertThat(tree.isEmpty()).isTrue();
        assertThat(tree.isLeaf(0)).isTrue();
        assertThat(tree.maxDepth()).isZero();
        assertThat(tree.path(0)).isEmpty();
        assertThat(tree.parents()).containsExactly(-1);
    }

    @Test
    void refusesWhatIsNoTree() {
        TokenTreeBuilder builder = TokenTree.builder(4);
        builder.add(0, 7, -1);

        assertThatThrownBy(() -> builder.add(0, 7, -2))
                .hasMessage("token: 7 (expected: once below node 0)");
        assertThatThrownBy(() -> builder.add(2, 8, -2)).hasMessage("parent: 2 (expected: 0 to 1)");
        assertThatThrownBy(() -> builder.add(1, -8, -2))
                .hasMessage("token: -8 (expected: at least 0)");
        assertThatThrownBy(() -> builder.add(1, 8, Float.NaN))
                .hasMessage("logProbability: NaN (expected: finite, at most 0)");
        assertThatThrownBy(() -> builder.add(1, 8, 0.5f))
                .hasMessage("logProbability: 0.5 (expected: finite, at most 0)");
        assertThatThrownBy(() -> TokenTree.chain(new int[2], new float[1]))
                .hasMessage("logProbabilities.length: 1 (expected: as many as tokens, 2)");
        assertThat(builder.build().size()).isEqualTo(1);
    }

    @Test
    void refusesAPartThatIsNotConnected() {
        TokenTree tree = TokenTree.chain(new int[] {7, 8}, new float[2]);

        assertThatThrownBy(() -> tree.select(new int[] {2}))
                .hasMessage("node: 2 (expected: selected with its parent)");
        assertThatThrownBy(() -> tree.select(new int[] {1, 1}))
                .hasMessage("node: 1 (expected: ascending, at least 1, at most the size)");
    }

    @Test
    void roundsCertaintyDown() {
        TokenTree tree = TokenTree.chain(new int[] {7}, new float[] {0.004f});

        assertThat(tree.score(1)).isZero();
    }

    @Test
    void keepsTheBestNodesOfSeveralBranches() {
        TokenTreeBuilder builder = TokenTree.builder(4);
        int first = builder.add(0, 1, -2f);
        int second = builder.add(0, 2, -0.1f);
        builder.add(first, 3, -0.1f);
        builder.add(second, 3, -0.2f);

        TokenTree pruned = builder.build().prune(2);

        assertThat(pruned.parents()).containsExactly(-1, 0, 1);
        assertThat(pruned.tokens()).containsExactly(2, 3);
        assertThat(pruned.score(2)).isEqualTo(-0.3f);
    }

    @Property(tries = 500)
    void keepsItsInvariants(@ForAll long seed) {
        TokenTree tree = Trees.random(new Random(seed), 40, 5);

        for (int node = 0; node <= tree.size(); node++) {
            Set<Integer> tokens = new HashSet<>();
            float last = tree.score(node);
            for (int i = 0; i < tree.childCount(node); i++) {
                int child = tree.child(node, i);
                assertThat(child).as("seed %d", seed).isGreaterThan(node);
                assertThat(tree.parent(child)).as("seed %d", seed).isEqualTo(node);
                assertThat(tree.depth(child)).as("seed %d", seed).isEqualTo(tree.depth(node) + 1);
                assertThat(tree.score(child)).as("seed %d", seed).isLessThanOrEqualTo(last);
                assertThat(tokens.add(tree.token(child))).as("seed %d", seed).isTrue();
                assertThat(tree.childWithToken(node, tree.token(child))).isEqualTo(child);
                last = tree.score(child);
            }
            assertThat(tree.childWithToken(node, 99)).isEqualTo(-1);
        }
    }

    @Property(tries = 500)
    void prunesToTheBestConnectedNodes(@ForAll long seed) {
        Random random = new Random(seed);
        TokenTree tree = Trees.random(random, 40, 5);
        int keep = random.nextInt(tree.size() + 3);

        int[] best = tree.best(keep);
        TokenTree pruned = tree.prune(keep);

        assertThat(best).as("seed %d", seed).hasSize(Math.min(keep, tree.size()));
        float worst = 0;
        for (int node : best) {
            worst = Math.min(worst, tree.score(node));
        }
        for (int node = 1; node <= tree.size(); node++) {
            if (Arrays.binarySearch(best, node) < 0) {
                assertThat(tree.score(node)).as("seed %d", seed).isLessThanOrEqualTo(worst);
            }
        }
        for (int i = 0; i < best.length; i++) {
            assertThat(pruned.path(i + 1)).as("seed %d", seed).isEqualTo(tree.path(best[i]));
            assertThat(pruned.score(i + 1)).as("seed %d", seed).isEqualTo(tree.score(best[i]));
        }
    }
}
