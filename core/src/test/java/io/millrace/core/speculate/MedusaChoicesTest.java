package io.millrace.core.speculate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

class MedusaChoicesTest {

    private static final int[][] TOKENS = {{10, 11, 12}, {20, 21, 22}, {30, 31, 32}};
    private static final float[][] LOG_PROBABILITIES = {
        {-0.1f, -2.5f, -4}, {-0.5f, -1, -3}, {-0.7f, -0.9f, -5}
    };

    private static final int[][] TOKENS_OF_ONE_HEAD = {{1, 2, 3}};

    @Test
    void knowsThePublishedTrees() {
        assertThat(MedusaChoices.names())
                .containsExactly(
                        "eagle_mc_sim_7b_63", "mc_sim_7b_63", "vicuna_7b_stage2", "zephyr_stage2");
        for (String name : MedusaChoices.names()) {
            MedusaChoices choices = MedusaChoices.named(name);
            assertThat(choices.size()).isEqualTo(name.startsWith("eagle") ? 25 : 63);
            assertThat(choices.depth()).isEqualTo(name.startsWith("eagle") ? 5 : 4);
            assertThat(choices.candidates()).isLessThanOrEqualTo(10);
        }
    }

    @Test
    void takesThePathsOfItsHeadsCandidates() {
        MedusaChoices choices =
                MedusaChoices.of(List.of(List.of(0, 1), List.of(1), List.of(0), List.of(0, 1, 0)));

        TokenTree tree = choices.tree(TOKENS, LOG_PROBABILITIES);

        assertThat(choices.paths())
                .containsExactly(List.of(0), List.of(1), List.of(0, 1), List.of(0, 1, 0));
        assertThat(choices.candidates()).isEqualTo(2);
        assertThat(tree.tokens()).containsExactly(10, 11, 21, 30);
        assertThat(tree.parents()).containsExactly(-1, 0, 0, 1, 3);
        assertThat(tree.score(4)).isEqualTo(-0.1f - 1 - 0.7f);
    }

    @Test
    void leavesOutWhatThereAreNoHeadsFor() {
        MedusaChoices choices = MedusaChoices.named("mc_sim_7b_63").withHeads(2);

        assertThat(choices.depth()).isEqualTo(2);
        assertThat(choices.paths()).contains(List.of(9), List.of(1, 6)).hasSize(10 + 28);
    }

    @Test
    void saysWhatIsWrongWithChoices() {
        assertThatThrownBy(() -> MedusaChoices.of(List.of(List.of(0), List.of(1, 2))))
                .hasMessage("choices: [1, 2] (expected: its prefix [1] among them)");
        assertThatThrownBy(() -> MedusaChoices.of(List.of(List.of(0), List.of(0))))
                .hasMessage("choices: [0] (expected: no path twice)");
        assertThatThrownBy(() -> MedusaChoices.of(List.of(List.of(-1))))
                .hasMessage("choices: [-1] (expected: ranks from 0)");
        assertThatThrownBy(() -> MedusaChoices.of(List.of(List.of())))
                .hasMessage("choices: [] (expected: paths of at least one rank)");
        assertThatThrownBy(() -> MedusaChoices.of(List.of()))
                .hasMessage("choices: none (expected: at least one path)");
        assertThatThrownBy(() -> MedusaChoices.named("mc_sim"))
                .hasMessage(
                        "choices: mc_sim (expected: one of [eagle_mc_sim_7b_63, mc_sim_7b_63,"
                                + " vicuna_7b_stage2, zephyr_stage2])");
    }

    @Test
    void refusesTooFewHeadsAndCandidates() {
        MedusaChoices choices = MedusaChoices.named("mc_sim_7b_63");

        assertThatThrownBy(() -> choices.tree(TOKENS, LOG_PROBABILITIES))
                .hasMessage("heads: 3 (expected: at least 4)");
        assertThatThrownBy(() -> choices.withHeads(3).tree(TOKENS, LOG_PROBABILITIES))
                .hasMessage("candidates of head 1: 3 (expected: at least 4)");
    }

    @Test
    void growsWhereTheHeadsAreConfident() {
        TokenTree tree = ConfidenceTree.of(TOKENS, LOG_PROBABILITIES, 4);

        // -0.1, -0.6 below it, -1.1 beside that, -1.3 below the second.
        assertThat(tree.tokens()).containsExactly(10, 20, 21, 30);
        assertThat(tree.parents()).containsExactly(-1, 0, 1, 1, 2);
    }

    /** The best tree is the best part of the full one. */
    @Property(tries = 200)
    void findsTheBestPartOfTheFullTree(@ForAll long seed) {
        Random random = new Random(seed);
        int[][] tokens = new int[3][4];
        float[][] logProbabilities = new float[3][4];
        for (int head = 0; head < 3; head++) {
            for (int rank = 0; rank < 4; rank++) {
                tokens[head][rank] = rank;
                float before = rank == 0 ? 0 : logProbabilities[head][rank - 1];
                logProbabilities[head][rank] = before - random.nextFloat();
            }
        }
        int nodes = random.nextInt(84);

        TokenTree full = ConfidenceTree.of(tokens, logProbabilities, 1_000);
        TokenTree best = ConfidenceTree.of(tokens, logProbabilities, nodes);

        assertThat(full.size()).isEqualTo(4 + 16 + 64);
        assertThat(total(best)).as("seed %d", seed).isEqualTo(total(full.prune(nodes)));
    }

    @Test
    void leavesOutTokensThatDoNotExist() {
        float[][] masked = {{-0.1f, Float.NEGATIVE_INFINITY, Float.NEGATIVE_INFINITY}};

        assertThat(ConfidenceTree.of(TOKENS_OF_ONE_HEAD, masked, 9).size()).isEqualTo(1);
        assertThatThrownBy(
                        () ->
                                ConfidenceTree.of(
                                        TOKENS_OF_ONE_HEAD, new float[][] {{Float.NaN, 0, 0}}, 9))
                .hasMessageStartingWith("logProbability: NaN");
    }

    private static double total(TokenTree tree) {
        double total = 0;
        for (int node = 1; node <= tree.size(); node++) {
            total += Math.exp(tree.score(node));
        }
        return Math.round(total * 1e4) / 1e4;
    }
}
