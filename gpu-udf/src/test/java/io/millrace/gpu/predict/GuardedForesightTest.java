package io.millrace.gpu.predict;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.millrace.core.predict.QuantileTracker;
import io.millrace.core.request.LengthEstimate;
import io.millrace.core.request.QuantileShifts;
import io.millrace.core.request.Service;
import io.millrace.core.schedule.Foresight;
import io.millrace.core.schedule.Sequence;
import org.junit.jupiter.api.Test;

class GuardedForesightTest {

    private final Breaking trained = new Breaking();
    private final GuardedForesight foresight = new GuardedForesight(trained, null);

    @Test
    void asksThePredictorWhileItWorks() {
        assertThat(foresight.estimate(sequence(10))).isEqualTo(new LengthEstimate(30, 40));
        assertThat(foresight.statistics().predictions()).isEqualTo(1);
        assertThat(foresight.statistics().failures()).isZero();
    }

    @Test
    void goesOnWithTheLengthsSeenWhereItFails() {
        for (int i = 0; i < 40; i++) {
            foresight.ended(sequence(17));
        }
        trained.broken = true;
        assertThat(foresight.estimate(sequence(10)).median()).isEqualTo(17);
        assertThat(foresight.estimate(sequence(10)).median()).isEqualTo(17);
        assertThat(foresight.statistics().predictions()).isEqualTo(2);
        assertThat(foresight.statistics().failures()).isEqualTo(2);
    }

    @Test
    void correctsQuantilesByTheAnswersThatEnd() {
        GuardedForesight learning =
                new GuardedForesight(trained, new QuantileTracker(QuantileShifts.NONE));
        // 20 and 30 more tokens are predicted of each, 60 come.
        for (int i = 0; i < 500; i++) {
            Sequence sequence = sequence(10);
            learning.estimate(sequence);
            for (int j = 0; j < 60; j++) {
                sequence.append(7);
            }
            learning.ended(sequence);
        }
        LengthEstimate corrected = learning.estimate(sequence(10));
        assertThat(corrected.median()).isBetween(66, 74);
        assertThat(corrected.upper()).isBetween(corrected.median(), 74);
        assertThat(learning.statistics().shifts().median())
                .isCloseTo(Math.log(3), within(2 * 0.05));
    }

    @Test
    void goesOnFromWhatAnotherHasLearned() {
        GuardedForesight learning =
                new GuardedForesight(trained, new QuantileTracker(QuantileShifts.NONE));
        QuantileShifts shifts = new QuantileShifts(Math.log(2), Math.log(2));
        learning.correct(shifts);
        assertThat(learning.statistics().shifts()).isEqualTo(shifts);
        assertThat(learning.estimate(sequence(10)).median()).isIn(50, 51);
    }

    private static Sequence sequence(int generated) {
        return new Sequence(
                "key",
                new int[] {1, 2},
                new int[generated],
                100,
                LengthEstimate.atMost(100),
                Service.DEFAULT,
                0);
    }

    private static final class Breaking implements Foresight {
        private boolean broken;

        @Override
        public int everyTokens() {
            return 50;
        }

        @Override
        public LengthEstimate estimate(Sequence sequence) {
            if (broken) {
                throw new IllegalStateException("broken");
            }
            return new LengthEstimate(30, 40);
        }

        @Override
        public void ended(Sequence sequence) {}
    }
}
