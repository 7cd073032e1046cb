package io.millrace.core.speculate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.core.speculate.DynamicTree.Frontier;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

class DynamicTreeTest {

    private static final TreeSettings EAGLE_2 = new TreeSettings(10, 7, 60);

    @Test
    void expandsTheBestAndKeepsTheBestOfAll() {
        DynamicTree tree = new DynamicTree(new TreeSettings(2, 1, 4));

        Frontier first = tree.start(new int[] {1, 2}, new float[] {-1.5f, -0.5f});
        assertThat(first.tokens()).containsExactly(2, 1);
        assertThat(first.parents()).containsExactly(-1, -1);
        assertThat(first.rows()).isDeepEqualTo(new int[][] {{0}, {1}});
        assertThat(tree.isDone()).isFalse();

        Frontier second = tree.expand(new int[] {3, 4, 3, 4}, new float[] {-0.1f, -2, -0.2f, -9});
        assertThat(second.tokens()).containsExactly(3, 3);
        assertThat(second.parents()).containsExactly(0, 1);
        assertThat(second.rows()).isDeepEqualTo(new int[][] {{0, 2}, {1, 3}});
        assertThat(tree.isDone()).isTrue();

        TokenTree draft = tree.draft(4);
        assertThat(draft.tokens()).containsExactly(1, 2, 3, 3);
        assertThat(draft.parents()).containsExactly(-1, 0, 0, 2, 1);
        assertThatThrownBy(() -> tree.expand(new int[2], new float[2]))
                .hasMessage("level: 1 (expected: below depth, 1)");
    }

    @Test
    void stopsWhereNoTokenExists() {
        DynamicTree tree = new DynamicTree(EAGLE_2);

        tree.start(new int[] {1, 2}, new float[] {-1, Float.NEGATIVE_INFINITY});
        Frontier frontier = tree.expand(new int[] {3}, new float[] {Float.NEGATIVE_INFINITY});

        assertThat(frontier.size()).isZero();
        assertThat(tree.isDone()).isTrue();
        assertThat(tree.draft(60).tokens()).containsExactly(1);
    }

    @Test
    void refusesNumbersThatAreNone() {
        DynamicTree tree = new DynamicTree(EAGLE_2);

        assertThatThrownBy(() -> tree.start(new int[] {1}, new float[] {Float.NaN}))
                .hasMessageStartingWith("logProbability: NaN");
    }

    @Test
    void refusesTheWrongShape() {
        DynamicTree tree = new DynamicTree(EAGLE_2);
        tree.start(new int[] {1, 2}, new float[] {-1, -1});

        assertThatThrownBy(() -> tree.expand(new int[3], new float[3]))
                .hasMessageStartingWith(
                        "tokens.length: 3 (expected: a multiple of the frontier, 2");
        assertThatThrownBy(() -> tree.start(new int[1], new float[1]))
                .hasMessage("start: called again (expected: once)");
    }

    @Test
    void refusesSettingsThatMakeNoSense() {
        assertThatThrownBy(() -> new TreeSettings(0, 7, 60))
                .hasMessage("topK: 0 (expected: at least 1)");
        assertThatThrownBy(() -> new TreeSettings(10, -1, 60))
                .hasMessage("depth: -1 (expected: at least 0)");
        assertThatThrownBy(() -> new TreeSettings(10, 7, 0))
                .hasMessage("total: 0 (expected: at least 1)");
    }

    /** Against the definition: all candidates ever scored, sorted. */
    @Property(tries = 100)
    void keepsTheBestOfEverythingThatWasScored(@ForAll long seed) {
        Random random = new Random(seed);
        TreeSettings settings =
                new TreeSettings(1 + random.nextInt(6), random.nextInt(5), 1 + random.nextInt(40));
        DynamicTree tree = new DynamicTree(settings);
        List<Float> scores = new ArrayList<>();
        List<Float> parentScores = List.of(0f);
        Frontier frontier = null;
        while (frontier == null || !tree.isDone()) {
            int parents = parentScores.size();
            int[] tokens = new int[parents * settings.topK()];
            float[] logProbabilities = new float[tokens.length];
            List<Float> level = new ArrayList<>();
            for (int i = 0; i < tokens.length; i++) {
                tokens[i] = i % settings.topK();
                logProbabilities[i] = -random.nextFloat() * 3;
                level.add(parentScores.get(i / settings.topK()) + logProbabilities[i]);
            }
            frontier =
                    frontier == null
                            ? tree.start(tokens, logProbabilities)
                            : tree.expand(tokens, logProbabilities);
            scores.addAll(level);
            level.sort((a, b) -> Float.compare(b, a));
            parentScores = level.subList(0, Math.min(settings.topK(), level.size()));
            assertThat(frontier.size()).as("seed %d", seed).isEqualTo(parentScores.size());
        }

        TokenTree draft = tree.draft(settings.total());

        scores.sort((a, b) -> Float.compare(b, a));
        float[] kept = new float[draft.size()];
        for (int node = 1; node <= draft.size(); node++) {
            kept[node - 1] = -draft.score(node);
        }
        Arrays.sort(kept);
        assertThat(kept).as("seed %d", seed).hasSize(Math.min(settings.total(), scores.size()));
        for (int i = 0; i < kept.length; i++) {
            assertThat(-kept[i]).as("seed %d", seed).isEqualTo(scores.get(i));
        }
        assertThat(draft.maxDepth()).isLessThanOrEqualTo(settings.depth() + 1);
    }
}
