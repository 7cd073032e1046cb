package io.millrace.job.cli;

import io.millrace.core.engine.PromptEncoder;
import io.millrace.core.request.InferenceRequest;
import io.millrace.core.request.InvalidRequestException;
import io.millrace.gpu.engine.DjlEngine;
import io.millrace.gpu.engine.EngineSettings;
import io.millrace.gpu.tokenize.ModelPromptEncoder;
import io.millrace.gpu.train.HeadKind;
import io.millrace.gpu.train.HeadTraining;
import io.millrace.gpu.train.SelfDistillation;
import io.millrace.gpu.train.TrainingResult;
import io.millrace.gpu.train.TrainingSettings;
import io.millrace.job.local.RequestFile;
import io.millrace.job.options.ConfigurationException;
import io.millrace.job.options.JobSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code millrace train-heads}: draft heads for a model, from its own answers. */
@Command(
        name = "train-heads",
        description = {
            "Trains draft heads for --speculation: the model answers prompts, and heads learn to",
            "guess ahead from its hidden states. Writes them in the published layouts, and measures",
            "them on prompts that they did not learn from. Interrupted, the same command goes on."
        },
        mixinStandardHelpOptions = true)
final class TrainHeadsCommand implements Callable<Integer> {

    private final Terminal terminal;
    private final Installation installation;

    @Mixin private CommonOptions common = new CommonOptions();

    @ArgGroup(multiplicity = "1")
    private Source source = new Source();

    /** Where the answers come from. */
    static final class Source {
        @Option(
                names = "--prompts",
                paramLabel = "FILE",
                description = "Requests whose prompts the model answers, one per line.")
        private @Nullable Path prompts;

        @Option(
                names = "--answers",
                paramLabel = "FILE",
                description = "The answers.jsonl of an earlier training of the same model.")
        private @Nullable Path answers;
    }

    @Option(
            names = "--kind",
            required = true,
            paramLabel = "medusa|eagle|eagle3",
            description = "What is trained.")
    private HeadKind kind = HeadKind.EAGLE;

    @Option(
            names = {"-o", "--output"},
            required = true,
            paramLabel = "DIR",
            description = "Where the heads go, and what it takes to go on.")
    private Path output = Path.of("");

    @Option(
            names = "--from",
            paramLabel = "DIR",
            description = "Trains these heads further instead of new ones.")
    private @Nullable Path from;

    @Option(
            names = "--depth",
            paramLabel = "N",
            description =
                    "Medusa heads, or how often an EAGLE layer sees its own outputs in training."
                            + " Default: 3.")
    private @Nullable Integer depth;

    @Option(
            names = "--answer-tokens",
            paramLabel = "N",
            defaultValue = "192",
            description = "The most tokens of an answer. Default: ${DEFAULT-VALUE}.")
    private int answerTokens;

    @Option(
            names = "--epochs",
            paramLabel = "N",
            defaultValue = "8",
            description = "Passes over the answers. Default: ${DEFAULT-VALUE}.")
    private int epochs;

    @Option(names = "--steps", paramLabel = "N", description = "So many steps instead of epochs.")
    private int steps;

    @Option(
            names = "--learning-rate",
            paramLabel = "X",
            description = "The highest: it rises first and then falls. Default: 0.001.")
    private @Nullable Double learningRate;

    @Option(
            names = "--batch-tokens",
            paramLabel = "N",
            defaultValue = "512",
            description = "Tokens of a step; longer texts are cut. Default: ${DEFAULT-VALUE}.")
    private int batchTokens;

    @Option(
            names = "--vocabulary",
            paramLabel = "N",
            defaultValue = "0",
            description =
                    "How many words are scored, the most frequent of the model's answers; 0 for all."
                            + " Default: ${DEFAULT-VALUE}.")
    private int vocabulary;

    @Option(
            names = "--held-out",
            paramLabel = "SHARE",
            defaultValue = "0.05",
            description = "Of the prompts, to measure on. Default: ${DEFAULT-VALUE}.")
    private double heldOut;

    @Option(
            names = "--seed",
            paramLabel = "N",
            defaultValue = "42",
            description = "Of split, order and first weights. Default: ${DEFAULT-VALUE}.")
    private long seed;

    TrainHeadsCommand(Terminal terminal, Installation installation) {
        this.terminal = terminal;
        this.installation = installation;
    }

    @Override
    public Integer call() throws Exception {
        EngineSettings engine =
                JobSettings.from(common.configuration(installation.catalog())).engine();
        Optional<TrainingResult> finished = train(engine);
        if (finished.isEmpty()) {
            return Main.FAILED;
        }
        TrainingResult result = finished.get();
        terminal.line(
                "%s for %s from %d answers (%d tokens) in %d steps: %s"
                        .formatted(
                                result.kind().toLowerCase(Locale.ROOT),
                                result.model(),
                                result.exchanges(),
                                result.answerTokens(),
                                result.steps(),
                                TrainingDisplay.text(result.heldOut())));
        terminal.note("Use them with: " + use());
        save();
        return Main.OK;
    }

    /** The result, or nothing if the process was asked to end. */
    private Optional<TrainingResult> train(EngineSettings engine)
            throws InterruptedException, IOException {
        InterruptibleTraining training =
                new InterruptibleTraining(terminal, "Interrupted. The same command goes on.");
        try (TrainingDisplay display = new TrainingDisplay(terminal, training)) {
            return training.run(() -> train(engine, display));
        }
    }

    private TrainingResult train(EngineSettings engine, TrainingDisplay display)
            throws InterruptedException {
        InstantSource clock = InstantSource.system();
        HeadTraining training =
                new HeadTraining(
                        engine,
                        settings(),
                        new SelfDistillation(
                                listener -> DjlEngine.start(engine, listener, clock), clock),
                        display);
        if (source.answers != null) {
            return training.onAnswers(source.answers, output);
        }
        Path prompts = source.prompts == null ? Path.of("") : source.prompts;
        try (PromptEncoder encoder = ModelPromptEncoder.factory(engine.model()).open()) {
            return training.onPrompts(prompts(prompts, encoder), output);
        }
    }

    private static List<int[]> prompts(Path file, PromptEncoder encoder) {
        List<int[]> prompts = new ArrayList<>();
        for (InferenceRequest request : RequestFile.read("--prompts", file)) {
            try {
                prompts.add(encoder.encode(request.prompt()));
            } catch (InvalidRequestException e) {
                throw new ConfigurationException(
                        "--prompts: %s, request %s: %s"
                                .formatted(file, request.id(), e.getMessage()),
                        e);
            }
        }
        return prompts;
    }

    private TrainingSettings settings() {
        return new TrainingSettings(
                kind,
                depth == null ? kind.defaultDepth() : depth,
                answerTokens,
                epochs,
                steps,
                learningRate == null ? kind.defaultLearningRate() : learningRate,
                batchTokens,
                vocabulary,
                heldOut,
                seed,
                from == null ? null : from.toString());
    }

    private String use() {
        String method = kind == HeadKind.MEDUSA ? "medusa" : "eagle";
        String words =
                kind == HeadKind.EAGLE && vocabulary > 0
                        ? " -D engine.speculation.vocabulary=" + vocabulary
                        : "";
        return "--speculation %s --draft %s%s".formatted(method, output, words);
    }

    private void save() throws IOException {
        if (common.report != null) {
            try {
                Files.copy(
                        output.resolve(HeadTraining.RESULT),
                        common.report,
                        StandardCopyOption.REPLACE_EXISTING);
            } catch (IOException e) {
                throw new IOException(
                        "--report: cannot write " + common.report + ": " + e.getMessage(), e);
            }
        }
    }
}
