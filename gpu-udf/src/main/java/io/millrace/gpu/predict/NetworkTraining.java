package io.millrace.gpu.predict;

import ai.djl.Device;
import ai.djl.Model;
import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Activation;
import ai.djl.nn.Block;
import ai.djl.nn.Parameter;
import ai.djl.nn.SequentialBlock;
import ai.djl.nn.core.Linear;
import ai.djl.nn.norm.Dropout;
import ai.djl.training.DefaultTrainingConfig;
import ai.djl.training.GradientCollector;
import ai.djl.training.Trainer;
import ai.djl.training.loss.Loss;
import ai.djl.training.optimizer.Optimizer;
import ai.djl.training.tracker.Tracker;
import ai.djl.util.Pair;
import io.millrace.core.predict.QuantileNetwork;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;

/**
 * Trains a {@link QuantileNetwork} through DJL: Adam on the pinball loss of all levels, in
 * logarithms of tokens, the weights kept that were best on held-out points. Used by one thread.
 *
 * <p>Of an answer that was cut it is known only that it would have been longer: its loss counts
 * only what is predicted below the cut. Where most of the answers like it were cut, the quantile
 * then comes to lie at the cut, as Powell's censored quantile regression (1986) has it too.
 *
 * <p>It begins with the quantiles of all points, which a histogram would give, and keeps nothing
 * that is worse.
 */
final class NetworkTraining {

    /** ELIS: eight fully connected layers. */
    private static final int LAYERS = 8;

    private static final int WIDTH = 128;
    private static final int BATCH = 64;
    private static final float LEARNING_RATE = 3e-4f;
    private static final float WEIGHT_DECAY = 1e-2f;
    private static final float DROPOUT = 0.2f;
    private static final int PATIENCE = 15;
    private static final float LEAST_DEVIATION = 1e-6f;

    private final long seed;
    private final int epochs;
    private final TrainingProgress progress;
    private int epochsRun;
    private double bestLoss;

    /**
     * A training.
     *
     * @param epochs the most passes over the points; it ends earlier when held-out points say so
     */
    NetworkTraining(long seed, int epochs, TrainingProgress progress) {
        this.seed = seed;
        this.epochs = epochs;
        this.progress = progress;
    }

    /** What came out. */
    record Trained(
            float[] means, float[] deviations, List<QuantileNetwork.Layer> layers, int epochs) {
        QuantileNetwork network() {
            return new QuantileNetwork(means, deviations, layers);
        }
    }

    /** Trains on points, stopping by others; at least one of each. */
    Trained run(List<TrainingPoint> training, List<TrainingPoint> heldOut) {
        float[] means = means(training);
        float[] deviations = deviations(training, means);
        float[] starts = quantiles(training);
        Engine.getEngine("PyTorch").setRandomSeed(Math.toIntExact(seed));
        try (Model model = Model.newInstance("length-predictor", Device.cpu(), "PyTorch")) {
            model.setBlock(block());
            try (Trainer trainer = model.newTrainer(config());
                    NDManager manager = model.getNDManager().newSubManager()) {
                trainer.initialize(new Shape(1, means.length));
                Scale scale = new Scale(means, deviations, starts);
                Batch all = Batch.of(heldOut, scale, manager);
                List<QuantileNetwork.Layer> best = layers(model.getBlock(), starts);
                bestLoss = loss(trainer, all);
                SplittableRandom random = new SplittableRandom(seed);
                int waited = 0;
                while (epochsRun < epochs && waited < PATIENCE) {
                    double trained = epoch(trainer, training, scale, random);
                    double loss = loss(trainer, all);
                    epochsRun++;
                    waited++;
                    if (loss < bestLoss) {
                        bestLoss = loss;
                        best = layers(model.getBlock(), starts);
                        waited = 0;
                    }
                    progress.update(
                            "training",
                            epochsRun,
                            epochs,
                            "loss %.4f, held out %.4f".formatted(trained, loss));
                }
                return new Trained(means, deviations, best, epochsRun);
            }
        }
    }

    private static Block block() {
        SequentialBlock block = new SequentialBlock();
        for (int i = 1; i < LAYERS; i++) {
            block.add(Linear.builder().setUnits(WIDTH).build())
                    .add(Activation.reluBlock())
                    .add(Dropout.builder().optRate(DROPOUT).build());
        }
        return block.add(Linear.builder().setUnits(QuantileNetwork.LEVELS.size()).build());
    }

    private static DefaultTrainingConfig config() {
        return new DefaultTrainingConfig(Loss.l1Loss())
                .optDevices(new Device[] {Device.cpu()})
                .optOptimizer(
                        Optimizer.adamW()
                                .optLearningRateTracker(Tracker.fixed(LEARNING_RATE))
                                .optWeightDecays(WEIGHT_DECAY)
                                .build());
    }

    private static double epoch(
            Trainer trainer, List<TrainingPoint> training, Scale scale, SplittableRandom random) {
        List<TrainingPoint> shuffled = Shuffle.of(training, random);
        double sum = 0;
        for (int from = 0; from < shuffled.size(); from += BATCH) {
            List<TrainingPoint> points =
                    shuffled.subList(from, Math.min(shuffled.size(), from + BATCH));
            try (NDManager manager = trainer.getManager().newSubManager()) {
                Batch batch = Batch.of(points, scale, manager);
                try (GradientCollector collector = trainer.newGradientCollector()) {
                    NDArray loss = batch.loss(trainer.forward(new NDList(batch.features())));
                    collector.backward(loss);
                    sum += loss.getFloat() * points.size();
                }
                trainer.step();
            }
        }
        return sum / training.size();
    }

    private static double loss(Trainer trainer, Batch batch) {
        try (NDList outputs = trainer.evaluate(new NDList(batch.features()))) {
            return batch.loss(outputs).getFloat();
        }
    }

    private static List<QuantileNetwork.Layer> layers(Block block, float[] starts) {
        List<float[]> values = new ArrayList<>();
        for (Pair<String, Parameter> parameter : block.getParameters()) {
            values.add(parameter.getValue().getArray().toFloatArray());
        }
        List<QuantileNetwork.Layer> layers = new ArrayList<>();
        for (int i = 0; i < values.size(); i += 2) {
            float[] biases = values.get(i + 1);
            for (int j = 0; i + 2 == values.size() && j < biases.length; j++) {
                biases[j] += starts[j];
            }
            layers.add(new QuantileNetwork.Layer(values.get(i), biases));
        }
        return List.copyOf(layers);
    }

    /**
     * Between what the network computes with and what it is about.
     *
     * @param means of features
     * @param deviations of features
     * @param starts what its outputs are added to
     */
    private record Scale(float[] means, float[] deviations, float[] starts) {}

    /**
     * Points as tensors.
     *
     * @param features [points, inputs], standardised
     * @param targets [points, 1], logarithms
     * @param complete [points, 1], 1 where the whole answer is known and 0 where it was cut
     * @param levels [1, levels]
     * @param starts [1, levels]
     */
    private record Batch(
            NDArray features, NDArray targets, NDArray complete, NDArray levels, NDArray starts) {

        static Batch of(List<TrainingPoint> points, Scale scale, NDManager manager) {
            float[] means = scale.means();
            int count = points.size();
            float[] features = new float[count * means.length];
            float[] targets = new float[count];
            float[] complete = new float[count];
            for (int i = 0; i < count; i++) {
                TrainingPoint point = points.get(i);
                for (int j = 0; j < means.length; j++) {
                    features[i * means.length + j] =
                            (point.features()[j] - means[j]) / scale.deviations()[j];
                }
                targets[i] = target(point);
                complete[i] = point.cut() ? 0 : 1;
            }
            float[] levels = new float[QuantileNetwork.LEVELS.size()];
            for (int i = 0; i < levels.length; i++) {
                levels[i] = QuantileNetwork.LEVELS.get(i).floatValue();
            }
            return new Batch(
                    manager.create(features, new Shape(count, means.length)),
                    manager.create(targets, new Shape(count, 1)),
                    manager.create(complete, new Shape(count, 1)),
                    manager.create(levels, new Shape(1, levels.length)),
                    manager.create(scale.starts(), new Shape(1, levels.length)));
        }

        /** The mean pinball loss. */
        NDArray loss(NDList outputs) {
            NDArray error = targets.sub(outputs.singletonOrThrow().add(starts));
            NDArray below = levels.mul(NDArrays.maximum(error, 0));
            NDArray above = levels.mul(-1).add(1).mul(NDArrays.maximum(error.neg(), 0));
            return below.add(above.mul(complete)).mean();
        }
    }

    private static float target(TrainingPoint point) {
        return (float) Math.log(Math.max(1, point.remaining()));
    }

    /** Of the targets, one for each level. */
    private static float[] quantiles(List<TrainingPoint> points) {
        float[] targets = new float[points.size()];
        for (int i = 0; i < targets.length; i++) {
            targets[i] = target(points.get(i));
        }
        Arrays.sort(targets);
        float[] quantiles = new float[QuantileNetwork.LEVELS.size()];
        for (int i = 0; i < quantiles.length; i++) {
            quantiles[i] = targets[(int) (QuantileNetwork.LEVELS.get(i) * (targets.length - 1))];
        }
        return quantiles;
    }

    private static float[] means(List<TrainingPoint> points) {
        double[] sums = new double[points.get(0).features().length];
        for (TrainingPoint point : points) {
            for (int i = 0; i < sums.length; i++) {
                sums[i] += point.features()[i];
            }
        }
        float[] means = new float[sums.length];
        for (int i = 0; i < sums.length; i++) {
            means[i] = (float) (sums[i] / points.size());
        }
        return means;
    }

    /** Of features that are always the same: 1. */
    private static float[] deviations(List<TrainingPoint> points, float[] means) {
        double[] sums = new double[means.length];
        for (TrainingPoint point : points) {
            for (int i = 0; i < sums.length; i++) {
                double difference = point.features()[i] - means[i];
                sums[i] += difference * difference;
            }
        }
        float[] deviations = new float[means.length];
        for (int i = 0; i < sums.length; i++) {
            float deviation = (float) Math.sqrt(sums[i] / points.size());
            deviations[i] = deviation < LEAST_DEVIATION ? 1 : deviation;
        }
        return deviations;
    }
}
