package io.millrace.core.simulate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.millrace.core.engine.StepSums;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class StepTimeFitTest {

    @Test
    void findsTheTimesThatStepsTook() {
        StepTime truth = new StepTime(11.5, 0.9, 0.4, 0.0021);
        StepTimeFit fit = StepTimeFit.of(steps(truth, 2_000, 0.02));
        assertThat(fit.steps()).isEqualTo(2_000);
        assertThat(fit.time().baseMs()).isCloseTo(11.5, within(0.4));
        assertThat(fit.time().prefillMs()).isCloseTo(0.9, within(0.03));
        assertThat(fit.time().decodeMs()).isCloseTo(0.4, within(0.05));
        assertThat(fit.time().kvMs()).isCloseTo(0.0021, within(0.0002));
        assertThat(fit.r2()).isGreaterThan(0.99);
    }

    @Test
    void neverFindsATimeBelowZero() {
        // Steps that get shorter with more context: the best that makes sense is no effect.
        SplittableRandom random = new SplittableRandom(2);
        StepSums sums = StepSums.NONE;
        for (int i = 0; i < 500; i++) {
            int sequences = 1 + random.nextInt(32);
            long context = random.nextInt(5_000);
            sums = sums.plus(0, sequences, context, 20_000 + 300 * sequences - context);
        }
        StepTime time = StepTimeFit.of(sums).time();
        assertThat(time.kvMs()).isZero();
        assertThat(time.prefillMs()).isZero();
        assertThat(time.baseMs() + time.decodeMs()).isPositive();
    }

    @Test
    void leavesOpenWhatNoStepDid() {
        StepSums sums = StepSums.NONE;
        for (int i = 0; i < 10; i++) {
            sums = sums.plus(0, 4, 100, 8_000);
        }
        StepTime time = StepTimeFit.of(sums).time();
        assertThat(time.of(0, 4, 100)).isCloseTo(8, within(1e-6));
    }

    @Test
    void refusesTooFewSteps() {
        assertThatThrownBy(() -> StepTimeFit.of(StepSums.NONE))
                .hasMessage("steps: 0 (expected: at least 4)");
    }

    private static StepSums steps(StepTime truth, int count, double noise) {
        SplittableRandom random = new SplittableRandom(1);
        StepSums sums = StepSums.NONE;
        for (int i = 0; i < count; i++) {
            long prefill = i % 4 == 0 ? random.nextInt(300) : 0;
            long sequences = 1L + random.nextInt(64);
            long context = sequences * (50 + random.nextInt(500));
            double ms = truth.of(prefill, sequences, context);
            ms *= 1 + noise * random.nextGaussian();
            sums = sums.plus(prefill, sequences, context, Math.round(1_000 * ms));
        }
        return sums;
    }
}
