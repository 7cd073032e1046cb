package io.millrace.core.predict;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.core.request.LengthEstimate;
import io.millrace.core.request.Service;
import io.millrace.core.schedule.Sequence;
import org.junit.jupiter.api.Test;

class TailForesightTest {

    private final TailForesight foresight = new TailForesight(new HistogramSettings(100, 5, 10), 8);

    @Test
    void keepsWhatAnAnswerCameWithUntilItHasLearned() {
        assertThat(foresight.estimate(sequence(3))).isEqualTo(new LengthEstimate(20, 30));
    }

    @Test
    void predictsFromTheTailOfWhatItHasSeen() {
        for (int length = 1; length <= 10; length++) {
            foresight.ended(sequence(10));
            foresight.ended(sequence(60));
        }

        assertThat(foresight.estimate(sequence(5)).median()).isEqualTo(10);
        assertThat(foresight.estimate(sequence(11))).isEqualTo(new LengthEstimate(60, 60));
    }

    private static Sequence sequence(int generated) {
        return new Sequence(
                "key",
                new int[] {1},
                new int[generated],
                200,
                new LengthEstimate(20, 30),
                Service.DEFAULT,
                0);
    }
}
