package io.millrace.gpu.train;

import ai.djl.ndarray.NDManager;
import ai.djl.pytorch.engine.PtNDManager;
import io.millrace.gpu.decode.TargetFeatures;
import io.millrace.gpu.engine.EngineSettings;
import io.millrace.gpu.engine.Platform;
import io.millrace.gpu.model.ModelDirectory;
import io.millrace.gpu.program.WeightFormat;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.IntBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;

/**
 * Trains draft heads for a model from the model's own answers and writes them where a drafter can
 * load them. Everything that is worth keeping is in the output directory at once: the same training
 * that is started again goes on where the last one was, and ends with the same heads (float32; in
 * bfloat16 and int8 an answer may differ in a near-tie when other prompts share its steps, and with
 * it what is learnt).
 *
 * <p>For one thread, which computes. Whatever the user can mend is an {@link
 * IllegalArgumentException} of the form {@code name: value (expected: rule)}.
 */
public final class HeadTraining {

    /** What a training came to, in its output directory. */
    public static final String RESULT = "training.json";

    private static final int CHECKPOINT_STEPS = 50;

    // An exchange of fewer tokens has nothing to learn from.
    private static final int LEAST_ANSWER = 3;
    private static final int ENTROPIES = 10;

    private final EngineSettings engine;
    private final TrainingSettings settings;
    private final SelfDistillation distillation;
    private final TrainingObserver observer;
    private final ModelDirectory model;
    private final int longest;

    /**
     * A training of heads for an engine's model.
     *
     * @throws io.millrace.gpu.model.ModelFormatException if the model cannot be read, or the heads
     *     that are to be trained further are not for it
     * @throws IllegalArgumentException if there are no such heads for this model
     */
    public HeadTraining(
            EngineSettings engine,
            TrainingSettings settings,
            SelfDistillation distillation,
            TrainingObserver observer) {
        this.engine = engine;
        this.settings = settings;
        this.distillation = distillation;
        this.observer = observer;
        this.model = ModelDirectory.open(Path.of(engine.model()));
        // Refused before the model answers for an hour.
        settings.kind().taps(model.config());
        if (settings.from() != null) {
            GivenWeights.open(Path.of(settings.from()), settings.kind(), model);
        }
        this.longest = Math.min(settings.batchTokens(), model.config().contextLength());
    }

    /**
     * Trains on what the model answers to prompts.
     *
     * @param prompts token ids
     */
    public TrainingResult onPrompts(List<int[]> prompts, Path directory)
            throws InterruptedException {
        List<int[]> usable =
                prompts.stream()
                        .filter(p -> p.length + LEAST_ANSWER <= longest)
                        .filter(
                                p ->
                                        p.length + settings.answerTokens()
                                                <= model.config().contextLength())
                        .toList();
        if (usable.size() < prompts.size()) {
            observer.leftOut(prompts.size() - usable.size());
        }
        long distinct = usable.stream().map(IntBuffer::wrap).distinct().count();
        if (distinct < 2) {
            throw new IllegalArgumentException(
                    "prompts: %d of %d can be used (expected: at least 2 of at most %d tokens)"
                            .formatted(distinct, prompts.size(), longest - LEAST_ANSWER));
        }
        RunDirectory run = claim(directory, "prompts", Fingerprint.of(usable));
        return run.finished().isPresent()
                ? run.finished().get()
                : train(
                        run,
                        distillation.answer(
                                usable,
                                settings.answerTokens(),
                                run.answers(),
                                model.config().vocabularySize(),
                                done -> observer.answered(done, distinct)));
    }

    /**
     * Trains on answers that the model gave before.
     *
     * @param answers a file of the form of {@code answers.jsonl}
     */
    public TrainingResult onAnswers(Path answers, Path directory) {
        List<Exchange> exchanges = AnswersFile.read(answers, model.config().vocabularySize());
        List<int[]> tokens = exchanges.stream().map(Exchange::tokens).toList();
        RunDirectory run = claim(directory, "answers", Fingerprint.of(tokens));
        return run.finished().isPresent() ? run.finished().get() : train(run, exchanges);
    }

    private RunDirectory claim(Path directory, String source, String fingerprint) {
        return RunDirectory.claim(
                directory,
                new TreeMap<>(
                        Map.ofEntries(
                                Map.entry("model", model.name()),
                                Map.entry("kind", settings.kind().name()),
                                Map.entry("depth", Integer.toString(settings.depth())),
                                Map.entry(
                                        "answer-tokens", Integer.toString(settings.answerTokens())),
                                Map.entry("epochs", Integer.toString(settings.epochs())),
                                Map.entry("steps", Integer.toString(settings.maxSteps())),
                                Map.entry(
                                        "learning-rate", Double.toString(settings.learningRate())),
                                Map.entry("batch-tokens", Integer.toString(settings.batchTokens())),
                                Map.entry("vocabulary", Integer.toString(settings.vocabulary())),
                                Map.entry("held-out", Double.toString(settings.heldOut())),
                                Map.entry("from", String.valueOf(settings.from())),
                                Map.entry("seed", Long.toString(settings.seed())),
                                Map.entry("dtype", Platform.of(engine).format().optionName()),
                                Map.entry(source, fingerprint))));
    }

    private TrainingResult train(RunDirectory run, List<Exchange> all) {
        List<Exchange> exchanges = usable(all);
        Split split = Split.of(exchanges, settings.heldOut(), settings.seed());
        List<Exchange> learnt = IntStream.of(split.learnt()).mapToObj(exchanges::get).toList();
        Words words = Words.of(learnt, model.config().vocabularySize(), settings.vocabulary());
        Platform.prepareThread(engine.threads());
        Platform platform = Platform.of(engine);
        try (PtNDManager manager =
                        (PtNDManager) NDManager.newBaseManager(platform.device(), "PyTorch");
                HeadProgram program =
                        new HeadProgram(model, settings, words.scored(), platform, manager);
                Parameters parameters =
                        new Parameters(FirstWeights.of(model, settings, words.scored()), manager);
                FeatureFile features =
                        features(run, exchanges, program, platform.format(), manager)) {
            Batches batches = new Batches(learnt, settings);
            HeadTrainer.Recorded recorded =
                    new HeadTrainer.Recorded(
                            exchanges, FeatureExtractor.firstRows(exchanges), features);
            HeadTrainer trainer =
                    new HeadTrainer(settings, batches.steps(), program, parameters, recorded);
            List<Double> losses = learn(run, batches, split, trainer, parameters);
            parameters.round();
            HeldOut heldOut = trainer.measure(split.heldOut());
            observer.measured(batches.steps(), heldOut);
            HeadLayout.write(
                    run.heads(),
                    model,
                    settings,
                    parameters.values(),
                    words.scored(),
                    words.ranking());
            TrainingResult result =
                    new TrainingResult(
                            model.name(),
                            settings.kind().name(),
                            learnt.size(),
                            learnt.stream().mapToLong(exchange -> exchange.answer().length).sum(),
                            batches.steps(),
                            words.scored().length,
                            tenths(losses),
                            heldOut);
            run.finish(result);
            return result;
        }
    }

    private List<Exchange> usable(List<Exchange> all) {
        List<Exchange> exchanges = new ArrayList<>();
        for (Exchange exchange : all) {
            if (exchange.prompt().length + LEAST_ANSWER <= longest
                    && exchange.answer().length >= LEAST_ANSWER) {
                exchanges.add(exchange.cut(longest));
            }
        }
        if (exchanges.size() < all.size()) {
            observer.leftOut(all.size() - exchanges.size());
        }
        return exchanges;
    }

    private FeatureFile features(
            RunDirectory run,
            List<Exchange> exchanges,
            HeadProgram program,
            WeightFormat format,
            PtNDManager manager) {
        List<Integer> taps = settings.kind().taps(model.config());
        TargetFeatures read = taps.isEmpty() ? TargetFeatures.FINAL : TargetFeatures.of(taps);
        int width = read.width(model.config().hiddenSize());
        if (!Files.exists(run.features())) {
            long tokens = exchanges.stream().mapToLong(Exchange::length).sum();
            try (FeatureFile file =
                            FeatureFile.open(run.unfinishedFeatures(), width, format.kvType());
                    FeatureExtractor extractor =
                            new FeatureExtractor(
                                    model, format, read, longest, program.program(), manager)) {
                extractor.extract(exchanges, file, done -> observer.recorded(done, tokens));
            }
            move(run.unfinishedFeatures(), run.features());
        }
        return FeatureFile.open(run.features(), width, format.kvType());
    }

    private static void move(Path from, Path to) {
        try {
            Files.move(from, to, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            throw new UncheckedIOException(to + ": cannot be written", e);
        }
    }

    /** All steps from the last checkpoint on; the loss of every step since the first. */
    private List<Double> learn(
            RunDirectory run,
            Batches batches,
            Split split,
            HeadTrainer trainer,
            Parameters parameters) {
        int begin = run.checkpointStep();
        if (begin > 0) {
            parameters.restore(run.checkpoint(begin));
        }
        List<Double> losses = run.losses(begin);
        for (int step = begin; step < batches.steps(); step++) {
            int[] exchanges =
                    IntStream.of(batches.step(step)).map(i -> split.learnt()[i]).toArray();
            float entropy = trainer.learn(step, exchanges).entropies()[0];
            losses.add((double) entropy);
            observer.learnt(step + 1, batches.steps(), entropy);
            boolean last = step + 1 == batches.steps();
            if ((step + 1) % CHECKPOINT_STEPS == 0 || last) {
                run.saveLosses(losses);
                parameters.save(run.checkpoint(step + 1));
                run.keepOnly(step + 1);
            }
            if ((step + 1) % batches.epochSteps() == 0 && !last) {
                observer.measured(step + 1, trainer.measure(split.heldOut()));
            }
        }
        return losses;
    }

    private static List<Double> tenths(List<Double> losses) {
        int parts = Math.min(ENTROPIES, losses.size());
        List<Double> means = new ArrayList<>();
        for (int part = 0; part < parts; part++) {
            int from = losses.size() * part / parts;
            int to = losses.size() * (part + 1) / parts;
            means.add(
                    losses.subList(from, to).stream()
                            .mapToDouble(Double::doubleValue)
                            .average()
                            .orElse(0));
        }
        return means;
    }
}
