package io.millrace.gpu.train;

import ai.djl.training.tracker.Tracker;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/** Learns step by step from recorded exchanges, and measures what was learnt. For one thread. */
final class HeadTrainer {

    // Share of the steps in which the rate of learning rises.
    private static final double WARM_UP = 0.05;

    private final TrainingSettings settings;
    private final HeadProgram program;
    private final Parameters parameters;
    private final Recorded recorded;
    private final Tracker rate;

    /**
     * Exchanges with their hidden states.
     *
     * @param firstRows of each in the file
     */
    @SuppressWarnings("ArrayRecordComponent") // Made once and only read.
    record Recorded(List<Exchange> exchanges, long[] firstRows, FeatureFile file) {

        Batch batch(int[] indices) {
            return Batch.of(
                    IntStream.of(indices).mapToObj(exchanges::get).toList(),
                    IntStream.of(indices).mapToLong(i -> firstRows[i]).toArray(),
                    file);
        }
    }

    HeadTrainer(
            TrainingSettings settings,
            int steps,
            HeadProgram program,
            Parameters parameters,
            Recorded recorded) {
        this.settings = settings;
        this.program = program;
        this.parameters = parameters;
        this.recorded = recorded;
        int warmUp = Math.max(1, (int) (steps * WARM_UP));
        this.rate =
                Tracker.warmUp()
                        .optWarmUpSteps(warmUp)
                        .setMainTracker(
                                Tracker.cosine()
                                        .setBaseValue((float) settings.learningRate())
                                        .optFinalValue(0)
                                        .setMaxUpdates(Math.max(1, steps - warmUp))
                                        .build())
                        .build();
    }

    /**
     * Learns from a batch.
     *
     * @param step from 0
     * @throws IllegalStateException if the loss is no number any more
     */
    HeadProgram.Loss learn(int step, int[] exchanges) {
        HeadProgram.Loss loss = program.loss(parameters, recorded.batch(exchanges));
        if (!Float.isFinite(loss.loss())) {
            throw new IllegalStateException(
                    "learning-rate: %s lets the loss become %s in step %d (expected: a lower rate)"
                            .formatted(settings.learningRate(), loss.loss(), step + 1));
        }
        // A first step at the rate 0 would be none.
        parameters.update(step + 1, rate.getNewValue(step + 1));
        return loss;
    }

    /** Measures on exchanges. */
    HeldOut measure(int[] indices) {
        int levels = settings.kind().measuredDepth(settings.depth());
        HeldOut.Tally tally = new HeldOut.Tally(levels);
        for (int[] packed : Batches.packed(indices, recorded.exchanges(), settings.batchTokens())) {
            Batch batch = recorded.batch(packed);
            float[] matches = program.matches(parameters, batch, levels);
            int rows = batch.rows().length;
            int from = 0;
            for (int index : packed) {
                int own = recorded.exchanges().get(index).rows();
                tally.add(part(matches, levels, rows, from, own));
                from += own;
            }
        }
        return tally.result();
    }

    private static boolean[][] part(float[] matches, int levels, int rows, int from, int count) {
        boolean[][] result = new boolean[levels][count];
        for (int level = 0; level < levels; level++) {
            float[] own =
                    Arrays.copyOfRange(matches, level * rows + from, level * rows + from + count);
            for (int i = 0; i < count; i++) {
                result[level][i] = own[i] > 0;
            }
        }
        return result;
    }
}
