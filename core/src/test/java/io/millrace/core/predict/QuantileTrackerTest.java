package io.millrace.core.predict;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.millrace.core.request.LengthEstimate;
import io.millrace.core.request.QuantileShifts;
import java.util.List;
import java.util.SplittableRandom;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class QuantileTrackerTest {

    private static final int UNLIMITED = 1_000_000_000;
    private static final LengthEstimate PREDICTED = new LengthEstimate(1_000, 1_000);

    private final QuantileTracker tracker = new QuantileTracker(QuantileShifts.NONE);

    /** Lengths within a factor of 8 of the prediction, in whatever order. */
    @Property(tries = 200)
    void coverageConvergesWhateverComes(
            @ForAll @Size(min = 50, max = 2_000)
                    List<@IntRange(min = 125, max = 8_000) Integer> lengths) {
        QuantileTracker any = new QuantileTracker(QuantileShifts.NONE);
        Coverage coverage = new Coverage();
        lengths.forEach(length -> coverage.step(any, PREDICTED, length));
        double bound =
                (QuantileTracker.BOUND + QuantileTracker.RATE)
                        / (QuantileTracker.RATE * lengths.size());
        assertThat(coverage.median()).isCloseTo(0.5, within(bound + 1e-9));
        assertThat(coverage.upper()).isCloseTo(0.9, within(bound + 1e-9));
    }

    @Property(tries = 20)
    void coverageHoldsWhileTrafficDrifts(@ForAll @IntRange(min = 0, max = 1_000_000) int seed) {
        SplittableRandom random = new SplittableRandom(seed);
        QuantileTracker drifting = new QuantileTracker(QuantileShifts.NONE);
        Coverage coverage = new Coverage();
        Coverage without = new Coverage();
        LengthEstimate predicted = new LengthEstimate(139, 461);
        QuantileTracker still = new QuantileTracker(QuantileShifts.NONE);
        for (int i = 0; i < 4_000; i++) {
            // The predictor goes on as at the start, when all was well; answers grow fourfold.
            double scale = Math.exp(Math.log(4) * i / 4_000);
            int answer = 1 + (int) (scale * 200 * -Math.log(1 - random.nextDouble()));
            coverage.step(drifting, predicted, answer);
            without.judge(still, predicted, answer);
        }
        assertThat(coverage.median()).isCloseTo(0.5, within(0.03));
        assertThat(coverage.upper()).isCloseTo(0.9, within(0.03));
        assertThat(without.median()).isLessThan(0.4);
        assertThat(without.upper()).isLessThan(0.8);
    }

    @Test
    void correctsTheRestAndNotWhatIsThere() {
        tracker.restart(new QuantileShifts(Math.log(2), Math.log(0.5)));
        LengthEstimate corrected = tracker.corrected(new LengthEstimate(150, 500), 100, 1_000);
        assertThat(corrected.median()).isIn(200, 201);
        assertThat(corrected.upper()).isEqualTo(300);
    }

    @Test
    void keepsEstimatesInOrderAndWithinTheLimit() {
        tracker.restart(new QuantileShifts(2, -2));
        assertThat(tracker.corrected(new LengthEstimate(100, 120), 0, 400))
                .isEqualTo(new LengthEstimate(400, 400));
    }

    @Test
    void learnsNothingFromAnAnswerThatWasCutBelowTheQuantile() {
        tracker.observe(new LengthEstimate(100, 200), 0, 100, 100);
        assertThat(tracker.shifts()).isEqualTo(QuantileShifts.NONE);
        tracker.observe(new LengthEstimate(50, 200), 0, 100, 100);
        assertThat(tracker.shifts().median()).isPositive();
        assertThat(tracker.shifts().upper()).isZero();
    }

    @Test
    void neverCorrectsByMoreThanItsBound() {
        for (int i = 0; i < 10_000; i++) {
            tracker.observe(PREDICTED, 0, 1_000_000, UNLIMITED);
        }
        double most = QuantileTracker.BOUND + QuantileTracker.RATE;
        assertThat(tracker.shifts().median()).isLessThanOrEqualTo(most);
        assertThat(tracker.corrected(PREDICTED, 0, UNLIMITED).median()).isLessThan(8_500);
    }

    @Test
    void goesOnFromTheMeanOfThoseBefore() {
        assertThat(
                        QuantileShifts.mean(
                                List.of(new QuantileShifts(1, 0), new QuantileShifts(0, -1))))
                .isEqualTo(new QuantileShifts(0.5, -0.5));
        assertThat(QuantileShifts.mean(List.of())).isEqualTo(QuantileShifts.NONE);
    }

    /** Shares of rests that were not longer than the quantile as it was then. */
    private static final class Coverage {
        private int count;
        private int belowMedian;
        private int belowUpper;

        void step(QuantileTracker asked, LengthEstimate predicted, int length) {
            judge(asked, predicted, length);
            asked.observe(predicted, 0, length, UNLIMITED);
        }

        void judge(QuantileTracker asked, LengthEstimate predicted, int length) {
            QuantileShifts shifts = asked.shifts();
            count++;
            belowMedian += length <= predicted.median() * Math.exp(shifts.median()) ? 1 : 0;
            belowUpper += length <= predicted.upper() * Math.exp(shifts.upper()) ? 1 : 0;
        }

        double median() {
            return (double) belowMedian / count;
        }

        double upper() {
            return (double) belowUpper / count;
        }
    }
}
