package io.millrace.gpu.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.SplittableRandom;
import java.util.function.IntUnaryOperator;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class StepThreadsTest {

    private static final int MICROSECOND = 1_000;

    private int threads;

    @Test
    void aStepThatIsFasterAloneRunsAlone() {
        StepThreads tuned = StepThreads.tuned(8, n -> threads = n);

        int alone = steps(tuned, 1, 400, n -> 100 + 10 * n);

        assertThat(threads).isEqualTo(1);
        assertThat(alone).isGreaterThan(300);
    }

    @Test
    void aLargeStepKeepsAllThreadsAtLittleCost() {
        StepThreads tuned = StepThreads.tuned(8, n -> threads = n);
        long[] nanos = {0};

        for (int i = 0; i < 2_000; i++) {
            tuned.begin(512);
            long taken = 8_000L * MICROSECOND / threads;
            nanos[0] += taken;
            tuned.end(taken);
        }

        assertThat(nanos[0]).isLessThan(2_000L * 1_000 * MICROSECOND * 102 / 100);
    }

    @Test
    void classesOfSizesAreApart() {
        StepThreads tuned = StepThreads.tuned(2, n -> threads = n);

        steps(tuned, 1, 100, n -> 10 * n);
        int largeAlone = steps(tuned, 64, 99, n -> 100 / n);
        int smallAlone = steps(tuned, 1, 99, n -> 10 * n);

        assertThat(largeAlone).isLessThan(15);
        assertThat(smallAlone).isGreaterThan(95);
    }

    @Test
    void aMachineThatFreesItsCoresGetsItsThreadsBack() {
        StepThreads tuned = StepThreads.tuned(4, n -> threads = n);
        steps(tuned, 16, 500, n -> 100 * n);

        int alone = steps(tuned, 16, 3_000, n -> 1_000 / n);

        assertThat(alone).isLessThan(1_500);
    }

    /** Whatever is the best number, it is what most steps use, also with noise of a third. */
    @Property(tries = 50)
    void theBestNumberIsFound(@ForAll @IntRange(max = 4) int best, @ForAll long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        StepThreads tuned = StepThreads.tuned(16, n -> threads = n);
        int[] used = new int[17];

        for (int i = 0; i < 3_000; i++) {
            tuned.begin(4);
            int level = Integer.numberOfTrailingZeros(threads);
            double noise = random.nextDouble(0.85, 1.15);
            tuned.end((long) (1_000 * MICROSECOND * noise * (1 + 0.4 * Math.abs(level - best))));
            used[threads]++;
        }

        assertThat(used[1 << best]).as("seed %d", seed).isGreaterThan(2_000);
    }

    /** How many of the steps used one thread. */
    private int steps(StepThreads tuned, int rows, int count, IntUnaryOperator microseconds) {
        int alone = 0;
        for (int i = 0; i < count; i++) {
            tuned.begin(rows);
            alone += threads == 1 ? 1 : 0;
            tuned.end((long) microseconds.applyAsInt(threads) * MICROSECOND);
        }
        // What is used when nothing is tried.
        tuned.begin(rows);
        tuned.end((long) microseconds.applyAsInt(threads) * MICROSECOND);
        return alone;
    }
}
