package io.millrace.core.predict;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.millrace.core.request.LengthEstimate;
import java.util.List;
import org.junit.jupiter.api.Test;

class QuantileNetworkTest {

    private static final QuantileNetwork.Layer HIDDEN =
            new QuantileNetwork.Layer(new float[] {1, -1, 2, 0, 1, 1}, new float[] {0.5f, 0});

    @Test
    void computesLayersWithRectifiersOnStandardisedFeatures() {
        // Features (3, 5, 1) become (1, 2, -1); the hidden layer (1 - 2 - 2 + 0.5, 2 - 1) is
        // rectified to (0, 1).
        QuantileNetwork network =
                network(new float[] {9, 0, 9, 1, 9, 2, 9, 3, 9, 4}, new float[] {0, 0, 0, 0, 1});
        double[] quantiles = network.remaining(new float[] {3, 5, 1});
        for (int i = 0; i < 4; i++) {
            assertThat(quantiles[i]).isCloseTo(Math.exp(i), within(1e-4 * Math.exp(i)));
        }
        assertThat(quantiles[4]).isCloseTo(Math.exp(5), within(1e-2));
    }

    @Test
    void putsCrossingQuantilesInOrder() {
        QuantileNetwork network = network(new float[] {0, 4, 0, 3, 0, 2, 0, 1, 0, 0}, new float[5]);
        assertThat(network.remaining(new float[] {3, 5, 1})).isSorted();
    }

    @Test
    void predictsAtLeastOneTokenAndNeverInfinitelyMany() {
        QuantileNetwork network =
                network(
                        new float[] {0, -9, 0, -9, 0, 0, 0, 1e9f, 0, 1e9f},
                        new float[] {0, 0, 0, 0, 0});
        double[] quantiles = network.remaining(new float[] {3, 5, 1});
        assertThat(quantiles[0]).isEqualTo(1);
        assertThat(quantiles[4]).isFinite();
    }

    @Test
    void failsRatherThanToPredictNoNumber() {
        QuantileNetwork network = network(new float[10], new float[] {0, 0, Float.NaN, 0, 0});
        assertThatThrownBy(() -> network.remaining(new float[] {3, 5, 1}))
                .isInstanceOf(IllegalStateException.class);
    }

    @Test
    void refusesLayersThatDoNotFit() {
        assertThatThrownBy(
                        () ->
                                new QuantileNetwork(
                                        new float[2], new float[] {1, 1}, List.of(HIDDEN)))
                .hasMessageContaining("inputs of layer 0: 3 (expected: 2)");
        assertThatThrownBy(
                        () ->
                                new QuantileNetwork(
                                        new float[3], new float[] {1, 1, 1}, List.of(HIDDEN)))
                .hasMessageContaining("outputs: 2");
    }

    @Test
    void estimatesAreOfTheWholeAnswerAndWithinItsLimit() {
        double[] remaining = {1, 2, 3.2, 50, 80};
        assertThat(LengthQuantiles.estimate(remaining, 10, 1000))
                .isEqualTo(new LengthEstimate(14, 90));
        assertThat(LengthQuantiles.estimate(remaining, 10, 20))
                .isEqualTo(new LengthEstimate(14, 20));
    }

    private static QuantileNetwork network(float[] weights, float[] biases) {
        return new QuantileNetwork(
                new float[] {1, 1, 3},
                new float[] {2, 2, 2},
                List.of(HIDDEN, new QuantileNetwork.Layer(weights, biases)));
    }
}
