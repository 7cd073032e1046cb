package io.millrace.job.cli;

import io.millrace.core.schedule.SchedulingSettings;
import io.millrace.core.simulate.Arrivals;
import io.millrace.core.simulate.EngineModel;
import io.millrace.core.simulate.SimulationResult;
import io.millrace.core.simulate.SimulationSettings;
import io.millrace.core.simulate.Simulator;
import io.millrace.core.simulate.StepTime;
import io.millrace.core.simulate.TraceFormat;
import io.millrace.core.simulate.TraceRequest;
import io.millrace.core.simulate.Workload;
import io.millrace.job.options.ConfigurationException;
import io.millrace.job.simulate.MeasuredRun;
import io.millrace.job.simulate.SimulationPlots;
import io.millrace.job.simulate.SimulationReport;
import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code millrace simulate}: what scheduling policies would do to the traffic of a trace. */
@Command(
        name = "simulate",
        description = {
            "Simulates scheduling policies on a trace: the job's own queue, scheduler, block pool,",
            "admission and policies against a model of an engine's step time.",
            "Reads Azure LLM traces (CSV), Mooncake traces (JSONL), Vidur lengths (CSV) and results",
            "of run-batch in the native dialect (JSONL)."
        },
        mixinStandardHelpOptions = true)
final class SimulateCommand implements Callable<Integer> {

    private final Terminal terminal;

    @Option(names = "--trace", paramLabel = "FILE", required = true, description = "The trace.")
    private Path trace = Path.of("");

    @Option(
            names = "--policy",
            paramLabel = "NAME",
            split = ",",
            defaultValue = "fcfs,isrtf",
            description =
                    "As scheduling.policy, one or more: isrtf(ageing=2),fcfs. Default:"
                            + " ${DEFAULT-VALUE}.")
    private List<String> policies = List.of();

    @Option(
            names = "--load",
            paramLabel = "X",
            split = ",",
            defaultValue = "1",
            description =
                    "Requests come at X times the engines' capacity, one or more. Default:"
                            + " ${DEFAULT-VALUE}.")
    private List<Double> loads = List.of();

    @Option(
            names = "--requests",
            paramLabel = "N",
            description = "How many; the trace repeats if it has fewer. Default: the trace once.")
    private @Nullable Integer requests;

    @Option(
            names = "--arrivals",
            paramLabel = "KIND",
            defaultValue = "gamma",
            description =
                    "gamma (0.73, 10.41), poisson, bursts, once for all at the same time, or"
                            + " trace for its own times. Default:"
                            + " ${DEFAULT-VALUE}.")
    private String arrivals = "";

    @Option(
            names = "--engine",
            paramLabel = "NAME",
            defaultValue = "a100-llama2-13b",
            description =
                    "a100-llama2-7b, a100-llama2-13b, h100-llama2-7b or h100-llama2-13b. Default:"
                            + " ${DEFAULT-VALUE}.")
    private String engine = "";

    @Option(
            names = "--fit",
            paramLabel = "REPORT",
            description =
                    "The engine of a run instead, by the report that run-batch or bench wrote;"
                            + " --trace may be that run's results. Says how far makespan and mean"
                            + " JCT of the run's policy are off.")
    private @Nullable Path fit;

    @Option(
            names = "--step-time",
            paramLabel = "MS",
            split = ",",
            description =
                    "Another engine's step: base, each prompt token, each answer token, each token"
                            + " of context; milliseconds.")
    private @Nullable List<Double> stepTime;

    @Option(names = "--kv-tokens", paramLabel = "N", description = "Another size of the KV cache.")
    private @Nullable Integer kvTokens;

    @Option(names = "--max-sequences", paramLabel = "N", description = "Sequences in a step.")
    private @Nullable Integer maxSequences;

    @Option(names = "--token-budget", paramLabel = "N", description = "Tokens in a step.")
    private @Nullable Integer tokenBudget;

    @Option(
            names = "--engines",
            paramLabel = "N",
            defaultValue = "1",
            description = "How many engines. Default: ${DEFAULT-VALUE}.")
    private int engines;

    @Option(
            names = "--router",
            paramLabel = "NAME",
            defaultValue = "least-load",
            description =
                    "Which engine a request goes to: least-load, round-robin, bounded-hash,"
                            + " prefix-deficits or freeness. Default: ${DEFAULT-VALUE}.")
    private String router = "";

    @Option(
            names = "--admission",
            paramLabel = "NAME",
            defaultValue = "past-future",
            description = "As scheduling.admission. Default: ${DEFAULT-VALUE}.")
    private String admission = "";

    @Option(
            names = "--predictor",
            paramLabel = "NAME",
            defaultValue = "histogram",
            description = "oracle, noisy, histogram or limit. Default: ${DEFAULT-VALUE}.")
    private String predictor = "";

    @Option(
            names = "--error",
            paramLabel = "S",
            defaultValue = "0.5",
            description =
                    "Of the noisy predictor: standard deviation of the logarithm. Default:"
                            + " ${DEFAULT-VALUE}.")
    private double error;

    @Option(
            names = "--max-tokens",
            paramLabel = "N",
            defaultValue = "1024",
            description = "What every request asks for at most. Default: ${DEFAULT-VALUE}.")
    private int maxTokens;

    @Option(
            names = "--max-overtakes",
            paramLabel = "N",
            description = "Starts after which whoever waits is overdue. Default: the engine's.")
    private int maxOvertakes = SchedulingSettings.DEFAULT_MAX_OVERTAKES;

    @Option(
            names = "--tenants",
            paramLabel = "N",
            defaultValue = "1",
            description = "Tenant i sends in proportion to 1/i. Default: ${DEFAULT-VALUE}.")
    private int tenants;

    @Option(
            names = "--prefix-tokens",
            paramLabel = "N",
            defaultValue = "0",
            description = "Each engine's store of prompt prefixes, tokens. Default: none.")
    private long prefixTokens;

    @Option(
            names = "--slo-ttft",
            paramLabel = "MS",
            defaultValue = "5000",
            description = "A first token should come after so long. Default: ${DEFAULT-VALUE}.")
    private double sloFirstTokenMs;

    @Option(
            names = "--slo-token",
            paramLabel = "MS",
            defaultValue = "100",
            description = "And each further token after so long. Default: ${DEFAULT-VALUE}.")
    private double sloTokenMs;

    @Option(names = "--seed", paramLabel = "N", defaultValue = "1", description = "Of all chance.")
    private long seed;

    @Option(names = "--report", paramLabel = "FILE", description = "Writes the results as JSON.")
    private @Nullable Path report;

    @Option(names = "--plots", paramLabel = "DIR", description = "Draws them as PNG files.")
    private @Nullable Path plots;

    SimulateCommand(Terminal terminal, Installation installation) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() throws Exception {
        SimulationReport done;
        MeasuredRun measured = fit == null ? null : MeasuredRun.read(fit);
        try {
            done = simulate(read(), engineModel(measured));
        } catch (IllegalArgumentException e) {
            throw new ConfigurationException(String.valueOf(e.getMessage()), e);
        }
        done.table().lines().forEach(terminal::line);
        if (measured != null) {
            compare(measured, done);
        }
        Reports.save(done, report);
        if (plots != null) {
            List<Path> files = SimulationPlots.write(done, plots);
            terminal.note("%d plots in %s".formatted(files.size(), plots));
        }
        return Main.OK;
    }

    private void compare(MeasuredRun measured, SimulationReport done) {
        terminal.line(measured.describe());
        done.runs().stream()
                .map(SimulationReport.Run::result)
                .filter(result -> result.policy().equals(measured.policy()))
                .forEach(result -> terminal.line(measured.compare(result)));
    }

    private List<TraceRequest> read() throws IOException {
        if (!Files.isRegularFile(trace)) {
            throw new ConfigurationException(
                    "--trace: " + trace + " (expected: a file that exists)");
        }
        try (Reader reader = Files.newBufferedReader(trace)) {
            return TraceFormat.read(reader);
        } catch (IllegalArgumentException e) {
            throw new ConfigurationException(trace + ": " + e.getMessage(), e);
        }
    }

    private SimulationReport simulate(List<TraceRequest> all, EngineModel model) {
        int count = requests == null ? all.size() : requests;
        double capacity =
                engines * model.capacity(Workload.meanPrompt(all), Workload.meanOutput(all));
        // All are checked before the first runs.
        List<SimulationSettings> settings =
                policies.stream().map(policy -> settings(model, policy)).toList();
        List<SimulationReport.Run> runs = new ArrayList<>();
        for (double load : loads) {
            Workload workload =
                    new Workload(
                            all, count, Arrivals.named(arrivals), load * capacity, tenants, seed);
            for (SimulationSettings each : settings) {
                terminal.status("simulating %s at load %.2f ...".formatted(each.policy(), load));
                SimulationResult result = Simulator.run(each, workload);
                runs.add(new SimulationReport.Run(load, result));
            }
        }
        terminal.status("");
        return new SimulationReport(
                String.valueOf(trace.getFileName()),
                count,
                arrivals,
                tenants,
                Workload.meanPrompt(all),
                Workload.meanOutput(all),
                model,
                engines,
                capacity,
                admission,
                predictor,
                error,
                maxTokens,
                maxOvertakes,
                new SimulationSettings.Slo(sloFirstTokenMs, sloTokenMs),
                seed,
                runs);
    }

    private EngineModel engineModel(@Nullable MeasuredRun measured) {
        EngineModel model = measured == null ? EngineModel.preset(engine) : measured.engine();
        if (stepTime != null) {
            if (stepTime.size() != 4) {
                throw new ConfigurationException(
                        "--step-time: " + stepTime + " (expected: four numbers)");
            }
            StepTime time =
                    new StepTime(
                            stepTime.get(0), stepTime.get(1), stepTime.get(2), stepTime.get(3));
            model =
                    new EngineModel(
                            "custom",
                            time,
                            model.kvTokens(),
                            model.maxSequences(),
                            model.tokenBudget());
        }
        if (kvTokens != null) {
            model = model.withKvTokens(kvTokens);
        }
        return model.withLimits(
                maxSequences == null ? model.maxSequences() : maxSequences,
                tokenBudget == null ? model.tokenBudget() : tokenBudget);
    }

    private SimulationSettings settings(EngineModel model, String policy) {
        return new SimulationSettings(
                model,
                engines,
                policy,
                admission,
                router,
                predictor,
                error,
                maxTokens,
                maxOvertakes,
                prefixTokens,
                new SimulationSettings.Slo(sloFirstTokenMs, sloTokenMs),
                seed);
    }
}
