package io.millrace.core.speculate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.millrace.core.speculate.StepTimeModel.Coefficients;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.assertj.core.data.Percentage;
import org.junit.jupiter.api.Test;

class StepTimeModelTest {

    private final StepTimeModel model = new StepTimeModel();

    @Test
    void foreseesThatMoreWorkTakesLongerBeforeItKnowsAnything() {
        double one = model.predictMs(1, 1, 100);

        assertThat(model.predictMs(1, 8, 100)).isBetween(1.2 * one, 1.5 * one);
        assertThat(model.predictMs(1, 64, 6_400)).isGreaterThan(3 * one);
        assertThat(model.predictMs(2, 1, 100)).isGreaterThan(1.5 * one);
    }

    @Test
    void takesItsScaleFromTheFirstStep() {
        model.observe(1, 1, 100, 15);

        assertThat(model.predictMs(1, 1, 100)).isCloseTo(15, Percentage.withPercentage(1));
        assertThat(model.predictMs(1, 8, 100)).isBetween(17.0, 24.0);
    }

    @Test
    void isNotMisledByASlowFirstStep() {
        model.observe(1, 1, 100, 900);
        for (int i = 0; i < 7; i++) {
            model.observe(1, 1, 100, 15);
        }

        assertThat(model.predictMs(1, 1, 100)).isCloseTo(15, Percentage.withPercentage(10));
        assertThat(model.predictMs(1, 8, 100)).isBetween(16.0, 25.0);
    }

    @Property(tries = 60)
    void recoversTheCoefficientsOfNoisySteps(@ForAll long seed) {
        Random random = new Random(seed);
        double c0 = 1 + 20 * random.nextDouble();
        double c1 = c0 * (0.02 + 0.3 * random.nextDouble());
        double c2 = c0 * 2e-4 * random.nextDouble();
        StepTimeModel fitted = new StepTimeModel();
        for (int i = 0; i < 1_500; i++) {
            int tokens = 1 + random.nextInt(200);
            int kvTokens = random.nextInt(20_000);
            double truth = c0 + c1 * tokens + c2 * kvTokens;
            double spike = random.nextInt(50) == 0 ? 5 : 1;
            fitted.observe(1, tokens, kvTokens, truth * spike * (1 + 0.05 * noise(random)));
        }

        // What is far below a typical step is known no better than the noise of that allows.
        double typical = c0 + c1 * 100 + c2 * 10_000;
        Coefficients found = fitted.coefficients();
        assertThat(found.tokenMs()).as("seed %d", seed).isCloseTo(c1, within(0.1 * c1));
        for (int tokens : new int[] {1, 10, 100}) {
            double truth = c0 + c1 * tokens + c2 * 5_000;
            assertThat(fitted.predictMs(1, tokens, 5_000))
                    .as("seed %d, %d tokens", seed, tokens)
                    .isCloseTo(truth, within(0.1 * truth + 0.02 * typical));
        }
    }

    @Property(tries = 60)
    void neverFindsNegativeCoefficients(@ForAll long seed) {
        Random random = new Random(seed);
        StepTimeModel fitted = new StepTimeModel();
        for (int i = 0; i < 100; i++) {
            int tokens = 1 + random.nextInt(100);
            // Shorter for more tokens: no such machine, but noise can look like it.
            fitted.observe(1, tokens, random.nextInt(1_000), 10 + 500.0 / tokens);
            Coefficients found = fitted.coefficients();
            assertThat(found.callMs()).as("seed %d", seed).isNotNegative();
            assertThat(found.tokenMs()).as("seed %d", seed).isNotNegative();
            assertThat(found.kvTokenMs()).as("seed %d", seed).isNotNegative();
            assertThat(fitted.predictMs(1, tokens, 0)).as("seed %d", seed).isPositive();
        }
    }

    @Test
    void learnsStepsOfAMachineThatIsNotLinear() {
        Random random = new Random(5);
        int[] sizes = {1, 8, 16, 64, 128};
        double[] times = {5, 11, 12, 40, 60};
        for (int i = 0; i < 500; i++) {
            int at = random.nextInt(sizes.length);
            model.observe(1, sizes[at], 500, times[at] * (1 + 0.03 * noise(random)));
        }

        for (int i = 0; i < sizes.length; i++) {
            assertThat(model.predictMs(1, sizes[i], 500))
                    .as("%d tokens", sizes[i])
                    .isCloseTo(times[i], Percentage.withPercentage(12));
        }
    }

    @Test
    void followsAMachineThatBecomesSlower() {
        Random random = new Random(6);
        for (int i = 0; i < 500; i++) {
            model.observe(1, 1 + i % 32, 1_000, (10 + i % 32) * (1 + 0.03 * noise(random)));
        }
        for (int i = 0; i < 200; i++) {
            model.observe(1, 1 + i % 32, 1_000, 2 * (10 + i % 32) * (1 + 0.03 * noise(random)));
        }

        assertThat(model.predictMs(1, 16, 1_000))
                .isCloseTo(2 * (9 + 16), Percentage.withPercentage(12));
    }

    @Test
    void believesNoPause() {
        for (int i = 0; i < 50; i++) {
            model.observe(1, 4, 100, 20);
        }

        assertThat(model.observe(1, 4, 100, 2_000)).isLessThan(40);
        assertThat(model.predictMs(1, 4, 100)).isCloseTo(20, Percentage.withPercentage(5));
    }

    @Test
    void refusesTimesThatAreNone() {
        assertThatThrownBy(() -> model.observe(1, 1, 1, 0))
                .hasMessage("ms: 0.0 (expected: finite, above 0)");
    }

    private static double noise(Random random) {
        return Math.max(-3, Math.min(3, random.nextGaussian()));
    }
}
