package io.millrace.gpu.engine;

import io.millrace.gpu.program.WeightFormat;
import java.util.Arrays;
import java.util.function.IntConsumer;
import java.util.stream.IntStream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Chooses how many threads a step computes with. Threads meet at the end of every operation; where
 * operations are short (few rows, a small model) or other work needs the cores, waiting for each
 * other costs more than it gains, and one thread is faster than many.
 *
 * <p>Steps are told apart by the power of two of their rows. For each class the number in use
 * competes with half and with twice as many: now and then a step tries one of them. What loses is
 * not tried again for long; what wins is tried again at once, and used from then on if it keeps
 * being faster by a twentieth, medians compared. For one thread, the one that computes.
 */
final class StepThreads {

    private static final Logger LOG = LoggerFactory.getLogger(StepThreads.class);

    /** Steps of a class before the first trial: they pay for memory that is used the first time. */
    private static final int SETTLING = 3;

    /** Steps between a trial that lost and the next: 1 % of the time if it takes twice as long. */
    private static final int AFTER_LOSS = 100;

    private static final int AFTER_GAIN = 1;

    /** Steps with more rows hardly ever gain by fewer threads, so they do not try at once. */
    private static final int SMALL = 8;

    private static final int COMPARABLE = 3;
    private static final double GAIN = 0.95;

    private final int[] levels;
    private final IntConsumer setter;
    private final SizeClass[] classes = new SizeClass[Integer.SIZE];
    private SizeClass current;
    private int rows;

    private StepThreads(int[] levels, IntConsumer setter) {
        this.levels = levels;
        this.setter = setter;
        Arrays.setAll(
                classes,
                i -> new SizeClass(levels.length, 1 << i <= SMALL ? SETTLING : AFTER_LOSS));
        this.current = classes[0];
    }

    /**
     * For an engine: tuned where the last bits of a product may depend on who shares a step anyway,
     * always the most where they may not.
     *
     * @param setter takes the number before a step
     */
    static StepThreads of(Platform platform, int most, IntConsumer setter) {
        boolean exact = platform.format() == WeightFormat.FP32;
        return exact || platform.device().isGpu()
                ? new StepThreads(new int[] {most}, setter)
                : tuned(most, setter);
    }

    /** Between one thread and the most. */
    static StepThreads tuned(int most, IntConsumer setter) {
        IntStream powers = IntStream.iterate(1, n -> n < most, n -> 2 * n);
        return new StepThreads(IntStream.concat(powers, IntStream.of(most)).toArray(), setter);
    }

    /** A step of so many rows, 1 or more, begins: sets its threads. */
    void begin(int stepRows) {
        rows = stepRows;
        current = classes[Integer.SIZE - 1 - Integer.numberOfLeadingZeros(stepRows)];
        setter.accept(levels[current.next()]);
    }

    /** It took so long. */
    void end(long nanos) {
        int before = current.used;
        current.add((double) nanos / rows);
        if (current.used != before) {
            LOG.debug(
                    "Steps like one of {} rows use {} threads instead of {}",
                    rows,
                    levels[current.used],
                    levels[before]);
        }
    }

    /** Steps of similar size. */
    private static final class SizeClass {
        private final Recent[] costs;
        private int used;
        private int running;
        private int untilTrial;
        private int direction = -1;

        SizeClass(int levels, int untilTrial) {
            this.untilTrial = untilTrial;
            costs = new Recent[levels];
            Arrays.setAll(costs, i -> new Recent());
            used = levels - 1;
        }

        /** The level of the next step. */
        int next() {
            running = used;
            if (costs.length > 1 && untilTrial-- == 0) {
                boolean inside = used + direction >= 0 && used + direction < costs.length;
                direction = inside ? direction : -direction;
                running = used + direction;
            }
            return running;
        }

        void add(double cost) {
            costs[running].add(cost);
            if (running == used) {
                return;
            }
            if (cost > GAIN * costs[used].median()) {
                // What it once cost does not count when it is tried again.
                costs[running] = new Recent();
                untilTrial = AFTER_LOSS;
                direction = -direction;
                return;
            }
            untilTrial = AFTER_GAIN;
            if (costs[running].size() >= COMPARABLE
                    && costs[running].median() < GAIN * costs[used].median()) {
                used = running;
            }
        }
    }

    /** The last costs of a number of threads. */
    private static final class Recent {
        private static final int KEPT = 7;

        private final double[] values = new double[KEPT];
        private int count;

        void add(double value) {
            values[count++ % KEPT] = value;
        }

        int size() {
            return Math.min(count, KEPT);
        }

        double median() {
            double[] sorted = Arrays.copyOf(values, size());
            Arrays.sort(sorted);
            return sorted[sorted.length / 2];
        }
    }
}
