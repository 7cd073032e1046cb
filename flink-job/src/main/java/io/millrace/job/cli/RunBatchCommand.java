package io.millrace.job.cli;

import io.millrace.connectors.file.ExistingOutput;
import io.millrace.connectors.file.ResultFileSink;
import io.millrace.connectors.file.UnusableFileException;
import io.millrace.connectors.parquet.ParquetResults;
import io.millrace.job.local.BatchRun;
import io.millrace.job.local.RequestCount;
import io.millrace.job.local.RunReport;
import io.millrace.job.local.WarmEngine;
import io.millrace.job.options.ConfigurationException;
import io.millrace.job.options.JobSettings;
import io.millrace.job.topology.ResultFormat;
import io.millrace.job.topology.ServedModel;
import io.millrace.operators.report.Figure;
import io.millrace.operators.report.Report;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.flink.configuration.Configuration;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code millrace run-batch}: answers a file of requests. */
@Command(
        name = "run-batch",
        description = {
            "Answers every request of a file and writes the results to another file as they come.",
            "A line is native ({\"id\",\"prompt\"|\"messages\",...}), an OpenAI batch line or an"
                    + " Anthropic batch entry; the result is phrased like its request. Arrow files"
                    + " are read too."
        },
        mixinStandardHelpOptions = true)
final class RunBatchCommand implements Callable<Integer> {

    private final Terminal terminal;
    private final Installation installation;

    @Mixin private CommonOptions common = new CommonOptions();

    @Option(
            names = {"-i", "--input"},
            required = true,
            paramLabel = "FILE",
            description = "Requests, one JSON object per line, or Arrow; .gz is unpacked.")
    private Path input = Path.of("");

    @Option(
            names = {"-o", "--output"},
            required = true,
            paramLabel = "FILE",
            description = "Results, written as they finish.")
    private Path output = Path.of("");

    @Option(
            names = "--format",
            paramLabel = "jsonl|arrow|parquet",
            defaultValue = "jsonl",
            description =
                    "Of the results; arrow is an IPC stream, of which parquet is made at the end."
                            + " Default: ${DEFAULT-VALUE}.")
    private FileFormat format = FileFormat.JSONL;

    @Option(
            names = "--state-dir",
            paramLabel = "DIR",
            description =
                    "Keeps what is needed to go on after an interruption: run the same command"
                            + " again. Removed when the run is complete.")
    private @Nullable Path stateFolder;

    @Option(
            names = "--overwrite",
            description = "Replaces an output file that has something in it.")
    private boolean overwrite;

    RunBatchCommand(Terminal terminal, Installation installation) {
        this.terminal = terminal;
        this.installation = installation;
    }

    @Override
    public Integer call() throws Exception {
        Configuration configuration = common.configuration(installation.catalog());
        JobSettings settings = JobSettings.from(configuration);
        ServedModel model = ServedModel.open(settings.engine());
        ExistingOutput existing = overwrite ? ExistingOutput.REPLACE : ExistingOutput.REFUSE;
        Path written = format == FileFormat.PARQUET ? arrowOf(output) : output;
        BatchRun.Plan plan =
                new BatchRun.Plan(
                        input,
                        written,
                        format == FileFormat.JSONL ? ResultFormat.JSONL : ResultFormat.ARROW,
                        existing,
                        stateFolder);
        if (format == FileFormat.PARQUET) {
            requireWritable(output, existing);
        }
        BatchRun.check(plan);
        terminal.note("Loading " + model.model().name() + " ...");
        try (WarmEngine engine = WarmEngine.load(model.model());
                BatchRun run = BatchRun.start(plan, configuration, settings, engine.model())) {
            terminal.note(
                    "%s %s with %s, results in %s"
                            .formatted(
                                    run.isResumed() ? "Going on with" : "Answering",
                                    input,
                                    model.model().name(),
                                    output));
            Report report = watch(run);
            if (format == FileFormat.PARQUET) {
                toParquet(written, output);
            }
            run.finish();
            if (format == FileFormat.PARQUET) {
                Files.delete(written);
            }
            RunReport runReport = RunReport.of(report, Services.labels(settings, model, engine));
            Reports.show(terminal, runReport);
            run.deadLetters()
                    .ifPresent(file -> terminal.note("Lines that nobody could read: " + file));
            Reports.save(runReport, common.report);
            return Main.OK;
        }
    }

    /** A Parquet file has its index at the end, so it cannot grow and be gone on with. */
    private static Path arrowOf(Path output) {
        return output.resolveSibling(output.getFileName() + ".arrow");
    }

    private static void toParquet(Path arrow, Path output) throws IOException {
        try (InputStream rows = Files.newInputStream(arrow)) {
            ParquetResults.write(rows, output);
        }
    }

    private static void requireWritable(Path output, ExistingOutput existing) {
        try {
            ResultFileSink.requireWritable(output, existing);
        } catch (UnusableFileException e) {
            throw new ConfigurationException(String.valueOf(e.getMessage()), e);
        }
    }

    private Report watch(BatchRun run) throws Exception {
        AtomicLong finished = new AtomicLong();
        Interruption interruption = Interruption.during(() -> stopped(run, finished.get()));
        try (interruption;
                Progress progress =
                        Progress.of(
                                terminal,
                                "run-batch",
                                RequestCount.of(input).orElse(0),
                                Progress.Unit.REQUESTS)) {
            Report last =
                    run.await(
                            report -> {
                                finished.set(report.finished());
                                progress.update(report.finished(), detail(report));
                            });
            progress.update(last.finished(), detail(last));
            return last;
        }
    }

    private void stopped(BatchRun run, long finished) throws InterruptedException {
        terminal.status("");
        run.stop();
        terminal.note(
                "Interrupted after %d results. %s"
                        .formatted(
                                finished,
                                stateFolder == null
                                        ? "With --state-dir the next run could have gone on here."
                                        : "The same command goes on here."));
    }

    private static String detail(Report report) {
        return "%d tokens written".formatted(report.get(Figure.OUTPUT_TOKENS));
    }
}
