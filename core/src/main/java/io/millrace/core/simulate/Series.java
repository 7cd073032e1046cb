package io.millrace.core.simulate;

import java.util.Arrays;

/**
 * A figure over time in constant memory: the largest value of each interval; intervals double in
 * length when there are too many. One thread only.
 */
final class Series {

    private static final int POINTS = 256;

    private final double[] values = new double[POINTS];
    private double intervalMs = 100;
    private int last;

    void add(double timeMs, double value) {
        while (timeMs / intervalMs >= POINTS) {
            for (int i = 0; i < POINTS / 2; i++) {
                values[i] = Math.max(values[2 * i], values[2 * i + 1]);
            }
            Arrays.fill(values, POINTS / 2, POINTS, 0);
            intervalMs *= 2;
            last /= 2;
        }
        int at = (int) (timeMs / intervalMs);
        last = Math.max(last, at);
        values[at] = Math.max(values[at], value);
    }

    double intervalMs() {
        return intervalMs;
    }

    double[] values() {
        return Arrays.copyOf(values, last + 1);
    }
}
