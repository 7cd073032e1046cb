package io.millrace.core.speculate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class TypicalAcceptanceTest {

    private static final TypicalAcceptance TYPICAL = TypicalAcceptance.DEFAULT;

    @Test
    void lowersTheThresholdWhereTheTargetIsUnsure() {
        // exp(-H) of 100 equal tokens is 0.01.
        assertThat(TYPICAL.threshold(Math.log(100))).isCloseTo(0.003, within(1e-9));
        assertThat(TYPICAL.threshold(0)).isEqualTo(0.09);
    }

    @Test
    void keepsTheLongestTypicalPathAndOfSeveralTheMostProbable() {
        TokenTreeBuilder builder = TokenTree.builder(4);
        builder.add(0, 0, -0.1f);
        int second = builder.add(0, 1, -0.5f);
        builder.add(second, 2, -0.1f);
        builder.add(second, 0, -0.2f);
        double[] probabilities = {1, 0.5, 0.3, 0.2, 0.5};

        int last = TYPICAL.verify(builder.build(), probabilities, new double[5]);

        assertThat(last).as("0.3 * 0.5 beats 0.3 * 0.2, and both the shorter path").isEqualTo(4);
    }

    @Test
    void refusesWhatTheTargetFindsImplausibleAndAllBehindIt() {
        TokenTree tree = TokenTree.chain(new int[] {2, 0}, new float[2]);
        double[] probabilities = {1, 0.04, 0.9};

        assertThat(TYPICAL.verify(tree, probabilities, new double[3])).isZero();
        // Where the target is unsure, 0.04 is typical.
        assertThat(TYPICAL.verify(tree, probabilities, new double[] {3, 0, 0})).isEqualTo(2);
    }

    @Test
    void keepsNothingOfNothing() {
        assertThat(TYPICAL.verify(TokenTree.empty(), new double[1], new double[1])).isZero();
    }

    @Test
    void refusesThresholdsThatAreNone() {
        assertThatThrownBy(() -> new TypicalAcceptance(0, 0.3))
                .hasMessage("epsilon: 0.0 (expected: above 0, at most 1)");
        assertThatThrownBy(() -> new TypicalAcceptance(0.09, 2))
                .hasMessage("delta: 2.0 (expected: above 0, at most 1)");
    }
}
