package io.millrace.core.schedule;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.core.request.LengthEstimate;
import io.millrace.core.request.Service;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class SequenceTest {

    @Test
    void goesOnFromTokensOfAnEarlierRun() {
        Sequence sequence = sequence(new int[] {1, 2, 3}, new int[] {4, 5}, 10, 6, 8);

        assertThat(sequence.length()).isEqualTo(5);
        assertThat(sequence.promptLength()).isEqualTo(3);
        assertThat(sequence.generatedLength()).isEqualTo(2);
        assertThat(sequence.token(4)).isEqualTo(5);
        assertThat(sequence.computed()).isZero();
        assertThat(sequence.maxRemaining()).isEqualTo(8);
        assertThat(sequence.expectedRemaining()).isEqualTo(4);
        assertThat(sequence.predictedRemaining()).isEqualTo(6);
        assertThat(sequence.generatedTokens()).containsExactly(4, 5);
    }

    @Test
    void expectsAnAnswerThatOutgrowsItsPredictionToDouble() {
        Sequence sequence = sequence(new int[] {1}, new int[4], 20, 2, 4);
        assertThat(sequence.predictedRemaining()).isEqualTo(4);

        for (int i = 0; i < 4; i++) {
            sequence.append(9);
        }
        assertThat(sequence.predictedRemaining()).isEqualTo(8);

        for (int i = 0; i < 10; i++) {
            sequence.append(9);
        }
        assertThat(sequence.predictedRemaining()).as("no more than it may").isEqualTo(2);
    }

    @Test
    void refusesMoreTokensThanItMayHave() {
        Sequence sequence = sequence(new int[] {1}, new int[0], 1, 1, 1);
        sequence.append(5);

        assertThatThrownBy(() -> sequence.append(6))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("key has all of its 1 tokens");
    }

    @Test
    void refusesWhatHasNothingToDo() {
        assertThatThrownBy(() -> sequence(new int[0], new int[0], 1, 1, 1))
                .hasMessage("prompt: 0 (expected: at least 1 token)");
        assertThatThrownBy(() -> sequence(new int[1], new int[3], 3, 1, 1))
                .hasMessage("maxTokens: 3 (expected: more than the 3 tokens generated before)");
    }

    @Test
    void hasBlocksOnlyInAScheduler() {
        Sequence sequence = sequence(new int[1], new int[0], 3, 1, 1);
        assertThatThrownBy(sequence::blocks)
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("key was not added to a scheduler");
    }

    @Test
    void showsOtherThreadsOnlyTokensThatAreThere() {
        int tokens = 200_000;
        Sequence sequence = sequence(new int[] {0}, new int[0], tokens, tokens, tokens);
        CompletableFuture<Void> writer =
                CompletableFuture.runAsync(
                        () -> {
                            for (int i = 1; i <= tokens; i++) {
                                sequence.append(i);
                            }
                        });

        int[] seen = new int[0];
        while (seen.length < tokens) {
            assertThat(writer.isCompletedExceptionally()).isFalse();
            int before = seen.length;
            seen = sequence.generatedTokens();
            assertThat(seen.length).isGreaterThanOrEqualTo(before);
            for (int i = before; i < seen.length; i++) {
                if (seen[i] != i + 1) {
                    assertThat(seen[i]).as("token %d", i).isEqualTo(i + 1);
                }
            }
        }
        writer.join();
    }

    private static Sequence sequence(
            int[] prompt, int[] generated, int maxTokens, int median, int upper) {
        LengthEstimate estimate = new LengthEstimate(median, upper);
        return new Sequence("key", prompt, generated, maxTokens, estimate, Service.DEFAULT, 0);
    }
}
