package io.millrace.core.speculate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

class TypicalAcceptanceTest {

    private static final TypicalAcceptance TYPICAL = TypicalAcceptance.DEFAULT;

    @Test
    void lowersTheThresholdWhereTheTargetIsUnsure() {
        double[] even = new double[100];
        Arrays.fill(even, 0.01);

        // exp(-H) of 100 equal tokens is 0.01.
        assertThat(TYPICAL.threshold(even)).isCloseTo(0.003, within(1e-5));
        assertThat(TYPICAL.threshold(new double[] {1, 0})).isEqualTo(0.09);
    }

    @Test
    void keepsTheLongestTypicalPath() {
        TokenTreeBuilder builder = TokenTree.builder(4);
        builder.add(0, 0, -0.1f);
        int second = builder.add(0, 1, -0.5f);
        builder.add(second, 2, -0.1f);
        builder.add(second, 0, -0.2f);
        TokenTree tree = builder.build();
        double[] mixed = {0.5, 0.3, 0.2};

        AcceptedPath path = TYPICAL.verify(tree, node -> mixed, () -> 0.99);

        assertThat(path.nodes()).as("0.3 * 0.5 beats 0.3 * 0.2").containsExactly(2, 4);
        assertThat(path.bonus()).isEqualTo(2);
    }

    @Test
    void refusesWhatTheTargetFindsImplausible() {
        TokenTree tree = TokenTree.chain(new int[] {2, 0}, new float[2]);
        double[] sharp = {0.9, 0.06, 0.04};

        AcceptedPath path = TYPICAL.verify(tree, node -> sharp, () -> 0.99);

        assertThat(path).isEqualTo(new AcceptedPath(new int[0], 0));
    }

    @Test
    void isNotLossless() {
        SmallLanguage target = new SmallLanguage(3);
        Random random = new Random(3);
        TokenTree tree = TokenTree.chain(new int[] {best(target.after())}, new float[1]);
        long[] counts = new long[target.ofThree().length];
        for (int i = 0; i < 30_000; i++) {
            AcceptedPath path = TYPICAL.verify(tree, target.along(tree), random::nextDouble);
            counts[target.complete(path.tokens(tree), random)]++;
        }

        ChiSquare.assertDeparts(counts, target.ofThree(), "seed 3");
    }

    @Test
    void refusesThresholdsThatAreNone() {
        assertThatThrownBy(() -> new TypicalAcceptance(0, 0.3))
                .hasMessage("epsilon: 0.0 (expected: above 0, at most 1)");
        assertThatThrownBy(() -> new TypicalAcceptance(0.09, 2))
                .hasMessage("alpha: 2.0 (expected: above 0, at most 1)");
    }

    private static int best(double[] distribution) {
        int best = 0;
        for (int i = 1; i < distribution.length; i++) {
            best = distribution[i] > distribution[best] ? i : best;
        }
        return best;
    }
}
