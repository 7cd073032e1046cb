package io.millrace.job.simulate;

import io.millrace.core.simulate.EngineModel;
import io.millrace.core.simulate.SimulationResult;
import io.millrace.core.simulate.SimulationSettings;
import java.util.List;
import java.util.Locale;

/**
 * What {@code millrace simulate} writes: everything that the results depend on, and one result for
 * each policy and load. Immutable.
 *
 * @param capacity requests per second that the engines can answer for good: load 1
 */
public record SimulationReport(
        String trace,
        int requests,
        String arrivals,
        int tenants,
        double meanPromptTokens,
        double meanOutputTokens,
        EngineModel engine,
        int engines,
        double capacity,
        String admission,
        String predictor,
        double predictorError,
        int maxTokens,
        int maxOvertakes,
        SimulationSettings.Slo slo,
        long seed,
        List<Run> runs) {

    /** One policy at one load. */
    public record Run(double load, SimulationResult result) {}

    private static final String ROW = "%-24s %5s %9s %9s %9s %9s %6s %8s %8s %10s%n";

    public SimulationReport {
        runs = List.copyOf(runs);
    }

    /** One line for each run, under a heading. Times in seconds. */
    public String table() {
        StringBuilder table = new StringBuilder();
        table.append(
                ROW.formatted(
                        "policy",
                        "load",
                        "JCT mean",
                        "JCT p99",
                        "TTFT mean",
                        "TTFT p99",
                        "SLO",
                        "goodput",
                        "preempt",
                        "gap"));
        for (Run run : runs) {
            SimulationResult result = run.result();
            table.append(
                    ROW.formatted(
                            result.policy(),
                            number("%.2f", run.load()),
                            seconds(result.jctMs().mean()),
                            seconds(result.jctMs().p99()),
                            seconds(result.ttftMs().mean()),
                            seconds(result.ttftMs().p99()),
                            number("%.1f%%", 100 * result.sloAttainment()),
                            number("%.2f/s", result.goodput()),
                            result.preemptions(),
                            number("%.0f", result.largestGap())));
        }
        return table.toString();
    }

    private static String seconds(double ms) {
        return number("%.2fs", ms / 1000);
    }

    private static String number(String format, double value) {
        return String.format(Locale.ROOT, format, value);
    }
}
