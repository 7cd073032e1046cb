package io.millrace.job.simulate;

import io.millrace.core.simulate.SimulationResult;
import io.millrace.core.simulate.Sketch.Quantiles;
import io.millrace.job.report.Charts;
import io.millrace.job.simulate.SimulationReport.Run;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;
import org.knowm.xchart.CategoryChart;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.internal.chartpart.IChart;
import org.knowm.xchart.style.markers.SeriesMarkers;

/** Draws a report as PNG files; needs no display. For one thread. */
public final class SimulationPlots {

    private final Path folder;
    private final List<Path> written = new ArrayList<>();

    private SimulationPlots(Path folder) {
        this.folder = folder;
    }

    /**
     * Writes all plots that the report has the data for.
     *
     * @return the files
     * @throws IOException if the folder cannot be made or a file cannot be written
     */
    public static List<Path> write(SimulationReport report, Path folder) throws IOException {
        Files.createDirectories(folder);
        SimulationPlots plots = new SimulationPlots(folder);
        double last = report.runs().get(report.runs().size() - 1).load();
        List<SimulationResult> results =
                report.runs().stream().filter(r -> r.load() == last).map(Run::result).toList();
        plots.quantiles("jct", "Completion time", results, SimulationResult::jctMs);
        plots.quantiles("ttft", "Time to first token", results, SimulationResult::ttftMs);
        plots.overTime("kv-occupancy", "KV cache in use", results, SimulationResult::kvOccupancy);
        if (report.tenants() > 1) {
            plots.overTime("fairness-gap", "Service gap", results, SimulationResult::fairnessGap);
        }
        if (report.runs().stream().map(Run::load).distinct().count() > 1) {
            plots.againstLoad(
                    "goodput", "Requests/s within SLO", report, SimulationResult::goodput);
            plots.againstLoad(
                    "slo-attainment", "Share within SLO", report, SimulationResult::sloAttainment);
        }
        return List.copyOf(plots.written);
    }

    private void quantiles(
            String name,
            String title,
            List<SimulationResult> results,
            Function<SimulationResult, Quantiles> of)
            throws IOException {
        CategoryChart chart = Charts.bars(title, "policy", "seconds");
        chart.getStyler().setXAxisLabelRotation(30);
        List<String> policies = results.stream().map(SimulationResult::policy).toList();
        chart.addSeries("mean", policies, seconds(results, r -> of.apply(r).mean()));
        chart.addSeries("p50", policies, seconds(results, r -> of.apply(r).p50()));
        chart.addSeries("p99", policies, seconds(results, r -> of.apply(r).p99()));
        save(name, chart);
    }

    private void overTime(
            String name,
            String title,
            List<SimulationResult> results,
            Function<SimulationResult, List<Double>> series)
            throws IOException {
        XYChart chart = Charts.lines(title, "seconds", title);
        for (SimulationResult result : results) {
            List<Double> values = series.apply(result);
            double[] times =
                    IntStream.range(0, values.size())
                            .mapToDouble(i -> i * result.intervalMs() / 1000)
                            .toArray();
            double[] heights = values.stream().mapToDouble(value -> value).toArray();
            chart.addSeries(result.policy(), times, heights).setMarker(SeriesMarkers.NONE);
        }
        save(name, chart);
    }

    private void againstLoad(
            String name,
            String title,
            SimulationReport report,
            ToDoubleFunction<SimulationResult> value)
            throws IOException {
        XYChart chart = Charts.lines(title, "load (1: the engines' capacity)", title);
        Map<String, List<Run>> byPolicy = new LinkedHashMap<>();
        for (Run run : report.runs()) {
            byPolicy.computeIfAbsent(run.result().policy(), p -> new ArrayList<>()).add(run);
        }
        for (Map.Entry<String, List<Run>> policy : byPolicy.entrySet()) {
            List<Run> runs = policy.getValue();
            chart.addSeries(
                    policy.getKey(),
                    runs.stream().mapToDouble(Run::load).toArray(),
                    runs.stream().mapToDouble(r -> value.applyAsDouble(r.result())).toArray());
        }
        save(name, chart);
    }

    private static List<Double> seconds(
            List<SimulationResult> results, ToDoubleFunction<SimulationResult> ms) {
        return results.stream().map(result -> ms.applyAsDouble(result) / 1000).toList();
    }

    private void save(String name, IChart chart) throws IOException {
        Path file = folder.resolve(name + ".png");
        Charts.write(chart, file);
        written.add(file);
    }
}
