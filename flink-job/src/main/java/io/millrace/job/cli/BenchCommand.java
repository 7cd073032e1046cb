package io.millrace.job.cli;

import io.millrace.gpu.engine.DjlEngine;
import io.millrace.gpu.engine.EngineSettings;
import io.millrace.gpu.model.ModelDirectory;
import io.millrace.job.local.EngineBench;
import io.millrace.job.local.RunLabels;
import io.millrace.job.local.RunReport;
import io.millrace.job.options.JobSettings;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code millrace bench}: how fast the engine alone is on this machine. */
@Command(
        name = "bench",
        description = {
            "Measures the bare engine, without a job around it: random prompts, all at once,",
            "greedy, end of sequence ignored."
        },
        mixinStandardHelpOptions = true)
final class BenchCommand implements Callable<Integer> {

    private static final long SEED = 42;

    private final Terminal terminal;
    private final Installation installation;

    @Mixin private CommonOptions common = new CommonOptions();

    @Option(
            names = "--prompt-tokens",
            paramLabel = "N",
            defaultValue = "128",
            description = "Tokens per prompt. Default: ${DEFAULT-VALUE}.")
    private int promptTokens;

    @Option(
            names = "--output-tokens",
            paramLabel = "N",
            defaultValue = "48",
            description = "Tokens to generate per prompt. Default: ${DEFAULT-VALUE}.")
    private int outputTokens;

    @Option(
            names = "--sequences",
            paramLabel = "N",
            defaultValue = "64",
            description = "Prompts. Default: ${DEFAULT-VALUE}.")
    private int sequences;

    @Option(
            names = "--warm-up",
            paramLabel = "N",
            defaultValue = "2",
            description = "Prompts that run first and are not measured. Default: ${DEFAULT-VALUE}.")
    private int warmUp;

    BenchCommand(Terminal terminal, Installation installation) {
        this.terminal = terminal;
        this.installation = installation;
    }

    @Override
    public Integer call() throws Exception {
        EngineBench.Work work = new EngineBench.Work(sequences, promptTokens, outputTokens, warmUp);
        EngineSettings settings =
                JobSettings.from(common.configuration(installation.catalog())).engine();
        String model = ModelDirectory.open(Path.of(settings.model())).name();
        terminal.note(
                "%s: %d sequences of %d + %d tokens ..."
                        .formatted(model, sequences, promptTokens, outputTokens));
        EngineBench bench =
                new EngineBench(
                        listener -> DjlEngine.start(settings, listener, InstantSource.system()),
                        new SplittableRandom(SEED),
                        InstantSource.system());
        RunReport report = bench.run(work, RunLabels.of(settings, model));
        Reports.show(terminal, report);
        Reports.save(report, common.report);
        return Main.OK;
    }
}
