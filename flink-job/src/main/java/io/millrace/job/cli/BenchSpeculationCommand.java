package io.millrace.job.cli;

import io.millrace.gpu.engine.DjlEngine;
import io.millrace.gpu.engine.EngineSettings;
import io.millrace.gpu.model.ModelDirectory;
import io.millrace.job.local.BenchPrompts;
import io.millrace.job.local.EngineBench;
import io.millrace.job.local.RunLabels;
import io.millrace.job.local.RunReport;
import io.millrace.job.local.SpeculationComparison;
import io.millrace.job.options.ConfigurationException;
import io.millrace.job.options.JobSettings;
import io.millrace.job.options.SpeculationOptions;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.apache.flink.configuration.Configuration;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code millrace bench-speculation}: whether a way of speculating pays on this machine. */
@Command(
        name = "bench-speculation",
        description = {
            "Measures speculative decoding against plain decoding, in turns, with few and many",
            "sequences at the same time: two bare engines on the same prompts, greedy, end of",
            "sequence ignored."
        },
        mixinStandardHelpOptions = true)
final class BenchSpeculationCommand implements Callable<Integer> {

    private static final String PLAIN = "none";
    private static final String DEFAULT_METHOD = "auto";

    private final Terminal terminal;
    private final Installation installation;

    @Mixin private CommonOptions common = new CommonOptions();

    @Option(
            names = "--prompts",
            paramLabel = "FILE",
            required = true,
            description = "Requests whose prompts are taken one after the other.")
    private Path prompts = Path.of("");

    @Option(
            names = "--output-tokens",
            paramLabel = "N",
            defaultValue = "64",
            description = "Tokens to generate per prompt. Default: ${DEFAULT-VALUE}.")
    private int outputTokens;

    @Option(
            names = "--sequences",
            paramLabel = "N",
            split = ",",
            defaultValue = "1,4,16,32,64",
            description = "How many at the same time, one or more. Default: ${DEFAULT-VALUE}.")
    private List<Integer> sequences = List.of();

    @Option(
            names = "--rounds",
            paramLabel = "N",
            defaultValue = "3",
            description = "How often everything is measured. Default: ${DEFAULT-VALUE}.")
    private int rounds;

    @Option(
            names = "--plot",
            paramLabel = "FILE",
            description = "Draws the speed-up as a PNG file.")
    private @Nullable Path plot;

    BenchSpeculationCommand(Terminal terminal, Installation installation) {
        this.terminal = terminal;
        this.installation = installation;
    }

    @Override
    public Integer call() throws Exception {
        List<EngineBench.Work> work =
                sequences.stream().map(n -> new EngineBench.Work(n, outputTokens)).toList();
        if (rounds < 1) {
            throw new ConfigurationException(
                    "--rounds: %d (expected: 1 or more)".formatted(rounds));
        }
        EngineSettings plain = settings(PLAIN);
        EngineSettings speculating =
                settings(common.speculation == null ? DEFAULT_METHOD : common.speculation);
        String model = ModelDirectory.open(Path.of(plain.model())).name();
        terminal.note("Loading %s twice ...".formatted(model));
        SpeculationComparison comparison;
        try (Side a = new Side(plain, model);
                Side b = new Side(speculating, model)) {
            comparison = compare(work, a, b);
        }
        comparison.table().lines().forEach(terminal::line);
        Reports.save(comparison, common.report);
        if (plot != null) {
            comparison.plot(plot);
        }
        return Main.OK;
    }

    private EngineSettings settings(String method) {
        Configuration all = common.configuration(installation.catalog());
        all.setString(SpeculationOptions.METHOD.key(), method);
        if (method.equals(PLAIN)) {
            all.removeConfig(SpeculationOptions.DRAFT);
        }
        return JobSettings.from(all).engine();
    }

    /** The first of a pair runs second in the next round, so that drift falls on both. */
    private SpeculationComparison compare(List<EngineBench.Work> work, Side plain, Side other)
            throws InterruptedException {
        EngineBench.Work warmUp = new EngineBench.Work(2, outputTokens);
        plain.run(warmUp);
        other.run(warmUp);
        List<Level> levels = work.stream().map(Level::new).toList();
        for (int round = 0; round < rounds; round++) {
            for (Level level : levels) {
                terminal.status(
                        "round %d of %d, %d sequences ..."
                                .formatted(round + 1, rounds, level.work.sequences()));
                if (round % 2 == 0) {
                    level.plain.add(plain.run(level.work));
                    level.speculating.add(other.run(level.work));
                } else {
                    level.speculating.add(other.run(level.work));
                    level.plain.add(plain.run(level.work));
                }
            }
        }
        terminal.status("");
        RunReport last = levels.get(0).speculating.get(0);
        return new SpeculationComparison(
                last.model(),
                last.dtype(),
                last.device(),
                last.speculation(),
                outputTokens,
                levels.stream().map(Level::result).toList());
    }

    /** Reports of the rounds with the same number of sequences. */
    private static final class Level {
        private final EngineBench.Work work;
        private final List<RunReport> plain = new ArrayList<>();
        private final List<RunReport> speculating = new ArrayList<>();

        Level(EngineBench.Work work) {
            this.work = work;
        }

        SpeculationComparison.Level result() {
            long steps = speculating.stream().mapToLong(RunReport::steps).sum();
            long drafted = speculating.stream().mapToLong(RunReport::speculatingSteps).sum();
            return new SpeculationComparison.Level(
                    work.sequences(),
                    plain.stream().map(RunReport::outputTokensPerSecond).toList(),
                    speculating.stream().map(RunReport::outputTokensPerSecond).toList(),
                    speculating.stream()
                            .mapToDouble(RunReport::meanAcceptedPerStep)
                            .average()
                            .orElse(0),
                    (double) drafted / steps);
        }
    }

    /** One of the two engines. */
    private final class Side implements AutoCloseable {
        private final EngineBench bench;
        private final RunLabels labels;

        Side(EngineSettings settings, String model) {
            labels = RunLabels.of(settings, model);
            bench =
                    EngineBench.start(
                            listener -> DjlEngine.start(settings, listener, InstantSource.system()),
                            BenchPrompts.of(prompts, settings.model()),
                            InstantSource.system());
        }

        RunReport run(EngineBench.Work work) throws InterruptedException {
            return bench.run(work, labels);
        }

        @Override
        public void close() {
            bench.close();
        }
    }
}
