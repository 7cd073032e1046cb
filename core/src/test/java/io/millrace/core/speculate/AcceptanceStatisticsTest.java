package io.millrace.core.speculate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Random;
import java.util.function.DoubleUnaryOperator;
import org.junit.jupiter.api.Test;

class AcceptanceStatisticsTest {

    private static final long SEED = 17;

    private final Random random = new Random(SEED);
    private final AcceptanceStatistics statistics = new AcceptanceStatistics();

    @Test
    void believesADrafterThatItDoesNotKnow() {
        RequestAcceptance request = statistics.newRequest();

        for (double confidence : new double[] {0.95, 0.8, 0.5, 0.3, 0.1}) {
            assertThat(statistics.acceptance(request, 1, Math.log(confidence)))
                    .isCloseTo(confidence, within(0.07));
        }
    }

    @Test
    void learnsWhatConfidenceIsWorth() {
        RequestAcceptance request = statistics.newRequest();
        DoubleUnaryOperator truth = confidence -> 0.1 + 0.6 * confidence;

        play(request, 3_000, 1, truth);

        for (double confidence : new double[] {0.9, 0.7, 0.5, 0.3}) {
            assertThat(statistics.acceptance(request, 1, Math.log(confidence)))
                    .as("seed %d, confidence %s", SEED, confidence)
                    .isCloseTo(truth.applyAsDouble(confidence), within(0.1));
        }
    }

    @Test
    void tellsDepthsApart() {
        RequestAcceptance request = statistics.newRequest();
        for (int i = 0; i < 3_000; i++) {
            TokenTree draft = TokenTree.chain(new int[] {1, 2}, new float[] {-0.4f, -0.4f});
            boolean first = random.nextDouble() < 0.8;
            boolean second = random.nextDouble() < 0.4;
            statistics.observe(
                    request,
                    draft,
                    first ? second ? new int[] {1, 2, 3} : new int[] {1, 3} : new int[] {3});
        }

        assertThat(statistics.acceptance(request, 1, -0.4)).isCloseTo(0.8, within(0.13));
        assertThat(statistics.acceptance(request, 2, -0.4)).isCloseTo(0.4, within(0.13));
    }

    @Test
    void tellsRequestsApartAndGivesNewOnesWhatIsShared() {
        RequestAcceptance easy = statistics.newRequest();
        RequestAcceptance hard = statistics.newRequest();
        for (int i = 0; i < 500; i++) {
            play(easy, 1, 1, confidence -> 0.9);
            play(hard, 1, 1, confidence -> 0.3);
        }
        RequestAcceptance fresh = statistics.newRequest();

        double shared = statistics.acceptance(fresh, 1, -0.5);
        assertThat(shared).as("seed %d", SEED).isBetween(0.45, 0.75);
        assertThat(statistics.acceptance(easy, 1, -0.5)).isGreaterThan(shared + 0.1);
        assertThat(statistics.acceptance(hard, 1, -0.5)).isLessThan(shared - 0.1);
    }

    @Test
    void noticesAFallWithinDozensOfSteps() {
        RequestAcceptance request = statistics.newRequest();
        play(request, 2_000, 1, confidence -> 0.9);

        play(request, 40, 1, confidence -> 0.1);

        assertThat(statistics.acceptance(request, 1, -0.5)).as("seed %d", SEED).isLessThan(0.35);
    }

    @Test
    void learnsFromBranchesToo() {
        RequestAcceptance request = statistics.newRequest();
        TokenTreeBuilder builder = TokenTree.builder(2);
        builder.add(0, 1, -0.5f);
        builder.add(0, 2, -1.5f);
        TokenTree fork = builder.build();
        for (int i = 0; i < 400; i++) {
            statistics.observe(request, fork, new int[] {2, 7});
        }

        assertThat(statistics.acceptance(request, 1, -1.5)).isGreaterThan(0.9);
        assertThat(statistics.acceptance(request, 1, -0.5)).isLessThan(0.1);
    }

    @Test
    void wantsAtLeastOneToken() {
        RequestAcceptance request = statistics.newRequest();

        assertThatThrownBy(() -> statistics.observe(request, TokenTree.empty(), new int[0]))
                .hasMessage("tokens.length: 0 (expected: at least 1)");
    }

    private void play(RequestAcceptance request, int steps, int token, DoubleUnaryOperator truth) {
        for (int i = 0; i < steps; i++) {
            double confidence = 0.2 + 0.79 * random.nextDouble();
            TokenTree draft =
                    TokenTree.chain(new int[] {token}, new float[] {(float) Math.log(confidence)});
            boolean right = random.nextDouble() < truth.applyAsDouble(confidence);
            statistics.observe(request, draft, right ? new int[] {token, 7} : new int[] {7});
        }
    }
}
