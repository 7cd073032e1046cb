package io.millrace.job.cli;

import io.millrace.core.engine.PromptEncoder;
import io.millrace.core.predict.PredictionAccuracy;
import io.millrace.gpu.model.ModelDirectory;
import io.millrace.gpu.predict.LengthExample;
import io.millrace.gpu.predict.PredictorKind;
import io.millrace.gpu.predict.PredictorReport;
import io.millrace.gpu.predict.PredictorTraining;
import io.millrace.gpu.tokenize.ModelPromptEncoder;
import io.millrace.gpu.tokenize.Tokenizer;
import io.millrace.job.local.LengthExamples;
import io.millrace.job.options.ConfigurationException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code millrace train-predictor}: learns from answers how long answers will be. */
@Command(
        name = "train-predictor",
        description = {
            "Trains a length predictor on answers and writes it to a directory, which",
            "prediction.directory names. Needs --data, or --results with --requests."
        },
        mixinStandardHelpOptions = true)
final class TrainPredictorCommand implements Callable<Integer> {

    private final Terminal terminal;
    private final Installation installation;

    @Option(
            names = "--model",
            required = true,
            paramLabel = "DIR|FILE|NAME",
            description = "The model whose answers they are, as for run-batch.")
    private String model = "";

    @Option(
            names = "--data",
            paramLabel = "FILE",
            description =
                    "Measured answers, one JSON object per line: prompt, output_tokens, truncated.")
    private @Nullable Path data;

    @Option(
            names = "--results",
            paramLabel = "FILE",
            description =
                    "Results of a run that is complete, in the native dialect: the last to come are the longest.")
    private @Nullable Path results;

    @Option(
            names = "--requests",
            paramLabel = "FILE",
            description = "The requests that the results answer.")
    private @Nullable Path requests;

    @Option(
            names = {"-o", "--output"},
            required = true,
            paramLabel = "DIR",
            description = "Where the predictor and its report.json go.")
    private Path output = Path.of("");

    @Option(
            names = "--predictor",
            paramLabel = "KIND",
            defaultValue = "hidden-state",
            description =
                    "hidden-state reads the model's own state behind the prompt, elis a sentence"
                            + " encoder's of prompt and answer. Default: ${DEFAULT-VALUE}.")
    private PredictorKind kind = PredictorKind.HIDDEN_STATE;

    @Option(
            names = "--seed",
            paramLabel = "N",
            defaultValue = "1",
            description = "Of the split and of all chance. Default: ${DEFAULT-VALUE}.")
    private int seed;

    @Option(
            names = "--epochs",
            paramLabel = "N",
            defaultValue = "100",
            description =
                    "The most passes; held-out answers end it earlier. Default: ${DEFAULT-VALUE}.")
    private int epochs;

    @Option(
            names = "--layer",
            paramLabel = "N",
            defaultValue = "0",
            description =
                    "For hidden-state: the layer whose input is read. The number of layers stands for"
                            + " what leaves the last, which Medusa and EAGLE drafters read too."
                            + " Default: one in the middle, which knows more.")
    private int layer;

    @Option(
            names = "--threads",
            paramLabel = "N",
            defaultValue = "0",
            description = "Threads to train with. Default: all cores.")
    private int threads;

    TrainPredictorCommand(Terminal terminal, Installation installation) {
        this.terminal = terminal;
        this.installation = installation;
    }

    @Override
    public Integer call() throws Exception {
        Path path = installation.catalog().resolve(model);
        List<LengthExample> examples = examples(path);
        Optional<PredictorReport> report = train(path, examples);
        if (report.isEmpty()) {
            return Main.FAILED;
        }
        show(report.get());
        terminal.note(
                "Written to %s. Use it with -D prediction.estimator=trained -D prediction.directory=%s"
                        .formatted(output, output));
        return Main.OK;
    }

    /** The report, or nothing if the process was asked to end. */
    private Optional<PredictorReport> train(Path path, List<LengthExample> examples)
            throws InterruptedException, IOException {
        InterruptibleTraining training =
                new InterruptibleTraining(terminal, "Interrupted; nothing is written.");
        try (Stages stages = new Stages(terminal, training)) {
            PredictorTraining.Plan plan =
                    new PredictorTraining.Plan(kind, path, seed, epochs, layer, threads);
            return training.run(
                    () -> new PredictorTraining(plan, stages::update).run(examples, output));
        }
    }

    private List<LengthExample> examples(Path path) {
        try (PromptEncoder encoder = ModelPromptEncoder.factory(path.toString()).open()) {
            if (data != null && results == null) {
                return LengthExamples.ofData(data, encoder);
            }
            if (data == null && results != null && requests != null) {
                try (Tokenizer tokenizer =
                        Tokenizer.open(ModelDirectory.open(path).tokenizerJson())) {
                    return LengthExamples.ofResults(results, requests, encoder, tokenizer);
                }
            }
        }
        throw new ConfigurationException(
                "--data: %s, --results: %s, --requests: %s (expected: --data, or --results with --requests)"
                        .formatted(data, results, requests));
    }

    private void show(PredictorReport report) {
        terminal.note(
                "%d answers, %d of them cut; %d trained on, %d to stop by, %d judged by; %d epochs"
                        .formatted(
                                report.examples(),
                                report.cutExamples(),
                                report.trainingExamples(),
                                report.stoppingExamples(),
                                report.testExamples(),
                                report.epochs()));
        terminal.line(
                "held-out answers           points   R2    MAE | within limits: R2    MAE pinball");
        row("at arrival, " + report.predictor(), report.atArrival());
        row("at arrival, histogram", report.histogramAtArrival());
        row("running, " + report.predictor(), report.whileRunning());
        row("running, histogram", report.histogramWhileRunning());
        terminal.line(
                "share of answers below the quantiles %s: %s"
                        .formatted(
                                report.levels(),
                                report.atArrival().calibration().stream()
                                        .map(share -> String.format(Locale.ROOT, "%.2f", share))
                                        .collect(Collectors.joining(", "))));
    }

    private void row(String name, @Nullable PredictionAccuracy accuracy) {
        if (accuracy != null) {
            terminal.line(
                    String.format(
                            Locale.ROOT,
                            "%-26s %6d %5.2f %6.1f |              %5.2f %6.1f %7.1f",
                            name,
                            accuracy.points(),
                            accuracy.r2(),
                            accuracy.maeTokens(),
                            accuracy.r2WithinLimit(),
                            accuracy.maeTokensWithinLimit(),
                            accuracy.pinballTokens()));
        }
    }

    /** A progress bar after the other. */
    private static final class Stages implements AutoCloseable {
        private final Terminal terminal;
        private final InterruptibleTraining training;
        private String stage = "";
        private @Nullable Progress progress;

        Stages(Terminal terminal, InterruptibleTraining training) {
            this.terminal = terminal;
            this.training = training;
        }

        void update(String next, long done, long total, String detail) {
            training.goOn();
            if (progress == null || !next.equals(stage)) {
                close();
                stage = next;
                progress = Progress.of(terminal, next, total, new Progress.Unit(unit(next), 1));
            }
            progress.update(done, detail);
        }

        private static String unit(String stage) {
            return stage.equals("training") ? "epochs" : "answers";
        }

        @Override
        public void close() {
            if (progress != null) {
                progress.close();
                progress = null;
            }
        }
    }
}
