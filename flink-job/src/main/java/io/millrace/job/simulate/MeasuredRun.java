package io.millrace.job.simulate;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.millrace.core.engine.StepSums;
import io.millrace.core.simulate.EngineModel;
import io.millrace.core.simulate.SimulationResult;
import io.millrace.core.simulate.StepTimeFit;
import io.millrace.job.options.ConfigurationException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * A run of the job, by the report that it wrote: the engine that its steps describe, and what a
 * simulation of it has to come out at. An immutable value.
 *
 * @param engine fitted to its steps
 * @param steps how many, and how well they are explained
 * @param policy that it ran with
 * @param makespanSeconds from the first request to the last result
 * @param jctMeanMs mean time from arrival to result
 */
public record MeasuredRun(
        EngineModel engine,
        StepTimeFit steps,
        String policy,
        double makespanSeconds,
        double jctMeanMs) {

    /**
     * Reads a report of {@code run-batch} or {@code bench}.
     *
     * @throws ConfigurationException if it is no report, or one of an engine that did too little
     */
    public static MeasuredRun read(Path file) {
        try {
            JsonNode report = new JsonMapper().readTree(file.toFile());
            JsonNode log = report.path("step_log");
            List<Long> sums = new ArrayList<>();
            log.path("sums").forEach(sum -> sums.add(sum.asLong()));
            StepTimeFit fit = StepTimeFit.of(new StepSums(sums));
            EngineModel engine =
                    new EngineModel(
                            "fitted",
                            fit.time(),
                            log.path("kv_tokens").asInt(),
                            log.path("max_sequences").asInt(),
                            log.path("token_budget").asInt());
            return new MeasuredRun(
                    engine,
                    fit,
                    report.path("policy").asText(),
                    report.path("wall_seconds").asDouble(),
                    report.path("jct_ms").path("mean").asDouble());
        } catch (JacksonException | IllegalArgumentException e) {
            throw new ConfigurationException(
                    "--fit: %s: %s (expected: a report of run-batch or bench)"
                            .formatted(file, e.getMessage()),
                    e);
        } catch (IOException e) {
            throw new ConfigurationException("--fit: %s: cannot be read: %s".formatted(file, e), e);
        }
    }

    /** The fit, in one line. */
    public String describe() {
        return String.format(
                Locale.ROOT,
                "step = %.3f + %.4f*prompt + %.4f*answer + %.6f*context ms, from %d steps, R2 %.3f",
                engine.time().baseMs(),
                engine.time().prefillMs(),
                engine.time().decodeMs(),
                engine.time().kvMs(),
                steps.steps(),
                steps.r2());
    }

    /** The simulation beside the run, in one line. */
    public String compare(SimulationResult result) {
        return String.format(
                Locale.ROOT,
                "%s: makespan %.1f s simulated, %.1f s measured (%+.1f %%); mean JCT %.1f s simulated, %.1f s measured (%+.1f %%)",
                result.policy(),
                result.makespanSeconds(),
                makespanSeconds,
                difference(result.makespanSeconds(), makespanSeconds),
                result.jctMs().mean() / 1000,
                jctMeanMs / 1000,
                difference(result.jctMs().mean(), jctMeanMs));
    }

    private static double difference(double simulated, double measured) {
        return 100 * (simulated / measured - 1);
    }
}
