package io.millrace.core.predict;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.millrace.core.predict.PredictionAccuracy.Judged;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class PredictionAccuracyTest {

    @Test
    void aPredictorThatKnowsIsPerfect() {
        List<Judged> judged = new ArrayList<>();
        for (int length = 1; length <= 50; length++) {
            judged.add(new Judged(all(length), length, 100, false));
        }
        PredictionAccuracy accuracy = PredictionAccuracy.of(judged);
        assertThat(accuracy.r2()).isEqualTo(1);
        assertThat(accuracy.maeTokens()).isZero();
        assertThat(accuracy.pinballTokens()).isZero();
    }

    @Test
    void theMeanOfAllExplainsNothing() {
        List<Judged> judged = new ArrayList<>();
        for (int length = 1; length <= 99; length++) {
            judged.add(new Judged(all(50), length, 100, false));
        }
        PredictionAccuracy accuracy = PredictionAccuracy.of(judged);
        assertThat(accuracy.r2()).isCloseTo(0, within(1e-9));
        assertThat(accuracy.maeTokens()).isCloseTo(24.7, within(0.1));
    }

    @Test
    void answersThatWereCutCountOnlyWithinLimits() {
        PredictionAccuracy accuracy =
                PredictionAccuracy.of(
                        List.of(
                                new Judged(all(10), 10, 64, false),
                                new Judged(all(30), 20, 64, false),
                                new Judged(all(500), 64, 64, true)));
        assertThat(accuracy.points()).isEqualTo(3);
        assertThat(accuracy.complete()).isEqualTo(2);
        assertThat(accuracy.maeTokens()).isEqualTo(5);
        assertThat(accuracy.maeTokensWithinLimit()).isCloseTo(10.0 / 3, within(1e-9));
    }

    @Test
    void trueQuantilesAreCalibrated() {
        SplittableRandom random = new SplittableRandom(3);
        List<Judged> judged = new ArrayList<>();
        for (int i = 0; i < 5_000; i++) {
            int length = 1 + random.nextInt(1_000);
            int limit = 600;
            boolean cut = length > limit;
            judged.add(
                    new Judged(
                            new double[] {100, 300, 500, 700, 900},
                            Math.min(length, limit),
                            limit,
                            cut));
        }
        List<Double> calibration = PredictionAccuracy.of(judged).calibration();
        for (int i = 0; i < 3; i++) {
            assertThat(calibration.get(i)).isCloseTo(QuantileNetwork.LEVELS.get(i), within(0.03));
        }
        // Behind the limit nobody knows.
        assertThat(calibration.get(3)).isNaN();
    }

    @Test
    void theHistogramKnowsWhatIsLeftOfTheLongOnes() {
        LengthBaseline histogram = new LengthBaseline(List.of(10, 20, 30, 40, 50));
        assertThat(histogram.remaining(0)).containsExactly(10, 20, 30, 40, 50);
        assertThat(histogram.remaining(30)).containsExactly(10, 10, 10, 20, 20);
        assertThat(histogram.remaining(60)).containsOnly(60);
    }

    private static double[] all(double value) {
        return new double[] {value, value, value, value, value};
    }
}
