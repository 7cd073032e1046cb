package io.millrace.job.local;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.millrace.job.report.Charts;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.style.lines.SeriesLines;
import org.knowm.xchart.style.markers.SeriesMarkers;

/**
 * What a way of speculating gains over plain decoding, by the number of sequences that generate at
 * the same time. Immutable.
 *
 * @param outputTokens of each sequence
 * @param levels one for each number of sequences
 */
public record SpeculationComparison(
        String model,
        String dtype,
        String device,
        String speculation,
        int outputTokens,
        List<Level> levels) {

    private static final String ROW = "%9s %12s %12s %8s %15s %12s  %s%n";

    public SpeculationComparison {
        levels = List.copyOf(levels);
    }

    /**
     * Both ways with the same number of sequences, in turns.
     *
     * @param plain written tokens per second of each round
     * @param speculating the same with speculation, on the same prompts
     * @param tokensPerStep that a sequence gains per step of its own, with speculation
     * @param speculatingShare of the steps, those in which something was drafted
     */
    public record Level(
            int sequences,
            List<Double> plain,
            List<Double> speculating,
            double tokensPerStep,
            double speculatingShare) {

        public Level {
            plain = List.copyOf(plain);
            speculating = List.copyOf(speculating);
        }

        /** Of the rates over all rounds: each round has the same number of tokens. */
        @JsonProperty
        public double speedUp() {
            return rate(speculating) / rate(plain);
        }

        /** Speed-up of each round, the smallest. */
        public double lowest() {
            return bounds()[0];
        }

        /** Speed-up of each round, the largest. */
        public double highest() {
            return bounds()[1];
        }

        private double[] bounds() {
            double low = Double.POSITIVE_INFINITY;
            double high = 0;
            for (int i = 0; i < plain.size(); i++) {
                double ratio = speculating.get(i) / plain.get(i);
                low = Math.min(low, ratio);
                high = Math.max(high, ratio);
            }
            return new double[] {low, high};
        }

        /** Tokens over time, which for equal work is the harmonic mean. */
        private static double rate(List<Double> rates) {
            return rates.size() / rates.stream().mapToDouble(rate -> 1 / rate).sum();
        }
    }

    /** One line for each level, under a heading. Rates in written tokens per second. */
    public String table() {
        StringBuilder table = new StringBuilder();
        table.append(
                ROW.formatted(
                        "sequences",
                        "plain",
                        speculation,
                        "speed-up",
                        "of the rounds",
                        "tokens/step",
                        "steps that drafted"));
        for (Level level : levels) {
            table.append(
                    ROW.formatted(
                            level.sequences(),
                            number("%.1f", Level.rate(level.plain())),
                            number("%.1f", Level.rate(level.speculating())),
                            number("%.2f", level.speedUp()),
                            number("%.2f", level.lowest())
                                    + " to "
                                    + number("%.2f", level.highest()),
                            number("%.2f", level.tokensPerStep()),
                            number("%.0f %%", 100 * level.speculatingShare())));
        }
        return table.toString();
    }

    /**
     * Draws the speed-up over the number of sequences, with the slowest and the fastest round, as a
     * PNG file.
     *
     * @throws IOException naming the file that cannot be written
     */
    public void plot(Path file) throws IOException {
        XYChart chart =
                Charts.lines(
                        "%s, %s: %s against plain decoding".formatted(model, dtype, speculation),
                        "sequences at the same time",
                        "speed-up");
        double[] sequences = levels.stream().mapToDouble(Level::sequences).toArray();
        double[] speedUp = levels.stream().mapToDouble(Level::speedUp).toArray();
        double[] ones = levels.stream().mapToDouble(level -> 1).toArray();
        chart.getStyler().setXAxisLogarithmic(levels.size() > 1);
        chart.addSeries(speculation, sequences, speedUp);
        thin(chart, "slowest round", sequences, Level::lowest);
        thin(chart, "fastest round", sequences, Level::highest);
        chart.addSeries("plain", sequences, ones)
                .setMarker(SeriesMarkers.NONE)
                .setLineStyle(SeriesLines.DASH_DASH);
        try {
            Charts.write(chart, file);
        } catch (IOException e) {
            throw new IOException("--plot: cannot write " + file + ": " + e.getMessage(), e);
        }
    }

    private void thin(
            XYChart chart, String name, double[] sequences, ToDoubleFunction<Level> value) {
        chart.addSeries(name, sequences, levels.stream().mapToDouble(value).toArray())
                .setMarker(SeriesMarkers.NONE)
                .setLineStyle(SeriesLines.DOT_DOT);
    }

    private static String number(String format, double value) {
        return String.format(Locale.ROOT, format, value);
    }
}
