package io.millrace.job.report;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import javax.imageio.ImageIO;
import org.knowm.xchart.BitmapEncoder;
import org.knowm.xchart.CategoryChart;
import org.knowm.xchart.CategoryChartBuilder;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;
import org.knowm.xchart.internal.chartpart.IChart;

/** Charts of one size, as PNG files; they need no display. Stateless. */
public final class Charts {

    private static final int WIDTH = 1_100;
    private static final int HEIGHT = 600;

    private Charts() {}

    /** An empty chart of lines. */
    public static XYChart lines(String title, String x, String y) {
        headless();
        return new XYChartBuilder()
                .width(WIDTH)
                .height(HEIGHT)
                .title(title)
                .xAxisTitle(x)
                .yAxisTitle(y)
                .build();
    }

    /** An empty chart of bars. */
    public static CategoryChart bars(String title, String x, String y) {
        headless();
        return new CategoryChartBuilder()
                .width(WIDTH)
                .height(HEIGHT)
                .title(title)
                .xAxisTitle(x)
                .yAxisTitle(y)
                .build();
    }

    /**
     * Draws it.
     *
     * @throws IOException if the file cannot be written
     */
    public static void write(IChart chart, Path file) throws IOException {
        try (OutputStream out = Files.newOutputStream(file)) {
            ImageIO.write(BitmapEncoder.getBufferedImage(chart), "png", out);
        }
    }

    private static void headless() {
        System.setProperty("java.awt.headless", "true");
    }
}
