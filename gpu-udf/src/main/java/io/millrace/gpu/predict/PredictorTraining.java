package io.millrace.gpu.predict;

import ai.djl.pytorch.jni.JniUtils;
import io.millrace.core.predict.LengthBaseline;
import io.millrace.core.predict.PredictionAccuracy;
import io.millrace.core.predict.QuantileNetwork;
import io.millrace.gpu.model.ModelDirectory;
import io.millrace.gpu.program.Program;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;

/**
 * Trains a length predictor for a model and writes it to a directory, with a report on answers that
 * it has not seen. Used by one thread.
 */
public final class PredictorTraining {

    /** The fewest answers of which anything can be learned. */
    public static final int MIN_EXAMPLES = 30;

    private static final double TRAINING_SHARE = 0.7;
    private static final double STOPPING_SHARE = 0.15;

    private final Plan plan;
    private final ModelDirectory model;
    private final TrainingProgress progress;

    /**
     * What is to be trained.
     *
     * @param kind what it looks at
     * @param model path of the model that it is for
     * @param seed of the split and of everything else by chance
     * @param epochs the most passes over the training answers
     * @param threads of libtorch; 0 for one per core
     */
    public record Plan(PredictorKind kind, Path model, int seed, int epochs, int threads) {

        public Plan {
            if (epochs < 1 || threads < 0 || seed < 0) {
                throw new IllegalArgumentException(
                        "epochs: %d, threads: %d, seed: %d (expected: 1, 0 and 0 or more)"
                                .formatted(epochs, threads, seed));
            }
        }
    }

    /** A training for the calling thread. */
    public PredictorTraining(Plan plan, TrainingProgress progress) {
        this.plan = plan;
        this.model = ModelDirectory.open(plan.model());
        this.progress = progress;
    }

    /**
     * Trains and writes.
     *
     * @throws IllegalArgumentException if there are fewer than {@value #MIN_EXAMPLES} examples
     * @throws IOException if the directory cannot be written
     */
    public PredictorReport run(List<LengthExample> examples, Path directory) throws IOException {
        if (examples.size() < MIN_EXAMPLES) {
            throw new IllegalArgumentException(
                    "examples: %d (expected: at least %d answers)"
                            .formatted(examples.size(), MIN_EXAMPLES));
        }
        Program.prepareThread();
        if (plan.threads() > 0) {
            JniUtils.setNumThreads(plan.threads());
        }
        List<LengthExample> mixed = Shuffle.of(examples, new SplittableRandom(plan.seed()));
        int[] common = commonPrefix(mixed);
        List<List<TrainingPoint>> points =
                new TrainingFeatures(model, plan, common, progress).of(mixed);
        int stopping = (int) (TRAINING_SHARE * mixed.size());
        int test = (int) ((TRAINING_SHARE + STOPPING_SHARE) * mixed.size());
        NetworkTraining.Trained trained =
                new NetworkTraining(plan.seed(), plan.epochs(), progress)
                        .run(
                                flat(points.subList(0, stopping)),
                                flat(points.subList(stopping, test)));
        PredictorReport report =
                report(mixed, points.subList(test, mixed.size()), stopping, test, trained);
        PredictorWriter.write(directory, plan.kind(), model, common, trained, report);
        return report;
    }

    private PredictorReport report(
            List<LengthExample> mixed,
            List<List<TrainingPoint>> judged,
            int stopping,
            int test,
            NetworkTraining.Trained trained) {
        QuantileNetwork network = trained.network();
        LengthBaseline histogram =
                new LengthBaseline(
                        mixed.subList(0, stopping).stream().map(LengthExample::length).toList());
        List<TrainingPoint> first = judged.stream().map(points -> points.get(0)).toList();
        List<TrainingPoint> later =
                judged.stream().flatMap(points -> points.stream().skip(1)).toList();
        return new PredictorReport(
                plan.kind().id(),
                model.name(),
                mixed.size(),
                (int) mixed.stream().filter(LengthExample::cut).count(),
                plan.seed(),
                stopping,
                test - stopping,
                mixed.size() - test,
                trained.epochs(),
                QuantileNetwork.LEVELS,
                accuracy(first, point -> network.remaining(point.features())),
                later.isEmpty()
                        ? null
                        : accuracy(later, point -> network.remaining(point.features())),
                accuracy(first, point -> histogram.remaining(point.generated())),
                later.isEmpty()
                        ? null
                        : accuracy(later, point -> histogram.remaining(point.generated())));
    }

    private interface Predicting {
        double[] remaining(TrainingPoint point);
    }

    private static PredictionAccuracy accuracy(List<TrainingPoint> points, Predicting predicting) {
        return PredictionAccuracy.of(
                points.stream()
                        .map(
                                point ->
                                        new PredictionAccuracy.Judged(
                                                predicting.remaining(point),
                                                point.remaining(),
                                                point.limit(),
                                                point.cut()))
                        .toList());
    }

    private static List<TrainingPoint> flat(List<List<TrainingPoint>> points) {
        return points.stream().flatMap(List::stream).toList();
    }

    /** What all prompts begin with; never the whole of one. */
    private static int[] commonPrefix(List<LengthExample> examples) {
        int[] first = examples.get(0).prompt();
        int length = first.length - 1;
        for (LengthExample example : examples) {
            int[] prompt = example.prompt();
            int mismatch = Arrays.mismatch(first, prompt);
            length = Math.min(length, mismatch < 0 ? length : mismatch);
            length = Math.min(length, prompt.length - 1);
        }
        return Arrays.copyOf(first, length);
    }
}
