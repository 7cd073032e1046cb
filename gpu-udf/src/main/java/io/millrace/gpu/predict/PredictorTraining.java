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

    /** The layers in the middle know the most of what is still to come (TRAIL, 2410.01035). */
    private static final double MIDDLE = 0.6;

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
     * @param layer whose input is the hidden state that is read, the last one's output after the
     *     final norm if it is their number; 0 for one in the middle
     * @param threads of libtorch; 0 for one per core
     */
    public record Plan(
            PredictorKind kind, Path model, int seed, int epochs, int layer, int threads) {

        public Plan {
            if (epochs < 1 || threads < 0 || seed < 0 || layer < 0) {
                throw new IllegalArgumentException(
                        "epochs: %d, threads: %d, seed: %d, layer: %d (expected: 1, 0, 0 and 0 or more)"
                                .formatted(epochs, threads, seed, layer));
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
        PredictorWriter.Seen seen =
                new PredictorWriter.Seen(
                        new CommonPrefix(commonPrefix(mixed)),
                        layer(),
                        mixed.stream().anyMatch(example -> example.answer().length > 0));
        List<List<TrainingPoint>> points =
                new TrainingFeatures(model, plan, seen, progress).of(mixed);
        int stopping = (int) (TRAINING_SHARE * mixed.size());
        int test = (int) ((TRAINING_SHARE + STOPPING_SHARE) * mixed.size());
        NetworkTraining.Trained trained =
                new NetworkTraining(plan.seed(), plan.epochs(), progress)
                        .run(
                                flat(points.subList(0, stopping)),
                                flat(points.subList(stopping, test)));
        PredictorReport report =
                report(mixed, points.subList(test, mixed.size()), stopping, test, trained);
        PredictorWriter.write(directory, plan.kind(), model, seen, trained, report);
        return report;
    }

    private int layer() {
        int layers = model.config().layers();
        int layer = plan.layer() == 0 ? Math.max(1, (int) (MIDDLE * layers)) : plan.layer();
        if (layer > layers) {
            throw new IllegalArgumentException(
                    "layer: %d (expected: 1 to %d, as %s has)"
                            .formatted(layer, layers, model.name()));
        }
        return layer;
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
