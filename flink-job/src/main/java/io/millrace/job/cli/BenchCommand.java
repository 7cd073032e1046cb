package io.millrace.job.cli;

import io.millrace.gpu.engine.DjlEngine;
import io.millrace.gpu.engine.EngineSettings;
import io.millrace.gpu.model.ModelDirectory;
import io.millrace.job.local.BenchPrompts;
import io.millrace.job.local.EngineBench;
import io.millrace.job.local.RunLabels;
import io.millrace.job.local.RunReport;
import io.millrace.job.options.ConfigurationException;
import io.millrace.job.options.JobSettings;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code millrace bench}: how fast the engine alone is on this machine. */
@Command(
        name = "bench",
        description = {
            "Measures the bare engine, without a job around it: random or given prompts, all at",
            "once, greedy, end of sequence ignored."
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
            names = "--prompts",
            paramLabel = "FILE",
            description = "Takes the prompts of these requests instead of random tokens.")
    private @Nullable Path prompts;

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

    private BenchPrompts prompts(EngineSettings settings) {
        if (prompts != null) {
            return BenchPrompts.of(prompts, settings.model());
        }
        if (promptTokens < 1) {
            throw new ConfigurationException(
                    "--prompt-tokens: %d (expected: 1 or more)".formatted(promptTokens));
        }
        return BenchPrompts.random(new SplittableRandom(SEED), promptTokens);
    }

    BenchCommand(Terminal terminal, Installation installation) {
        this.terminal = terminal;
        this.installation = installation;
    }

    @Override
    public Integer call() throws Exception {
        EngineBench.Work todo = new EngineBench.Work(sequences, outputTokens);
        EngineSettings settings =
                JobSettings.from(common.configuration(installation.catalog())).engine();
        String model = ModelDirectory.open(Path.of(settings.model())).name();
        String work = prompts == null ? promptTokens + " tokens" : "the prompts of " + prompts;
        terminal.note(
                "%s: %d sequences of %s + %d tokens ..."
                        .formatted(model, sequences, work, outputTokens));
        try (EngineBench bench =
                EngineBench.start(
                        listener -> DjlEngine.start(settings, listener, InstantSource.system()),
                        prompts(settings),
                        InstantSource.system())) {
            RunLabels labels = RunLabels.of(settings, model);
            if (warmUp > 0) {
                bench.run(new EngineBench.Work(warmUp, outputTokens), labels);
            }
            RunReport report = bench.run(todo, labels);
            Reports.show(terminal, report);
            Reports.save(report, common.report);
        }
        return Main.OK;
    }
}
