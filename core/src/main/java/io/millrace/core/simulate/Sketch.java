package io.millrace.core.simulate;

/**
 * Quantiles in constant memory: counts in buckets that grow by a factor, so that a quantile is off
 * by 1 % at most (the idea of DDSketch, 1908.10693). Values in [0, 1e12]. One thread only.
 */
public final class Sketch {

    private static final double GROWTH = Math.log(1.02);
    private static final double SMALLEST = 1e-3;
    private static final int BUCKETS = 1_800;

    private final long[] counts = new long[BUCKETS];
    private long count;
    private double sum;
    private double largest;

    /** Adds a value, at least 0. */
    public void add(double value) {
        int bucket =
                value <= SMALLEST ? 0 : 1 + (int) Math.floor(Math.log(value / SMALLEST) / GROWTH);
        counts[Math.min(BUCKETS - 1, bucket)]++;
        count++;
        sum += value;
        largest = Math.max(largest, value);
    }

    /** How many values there are. */
    public long count() {
        return count;
    }

    /** Their mean, exact; 0 if there are none. */
    public double mean() {
        return count == 0 ? 0 : sum / count;
    }

    /** The value that this share of all do not exceed; 0 if there are none. */
    public double quantile(double share) {
        long rank = Math.max(1, (long) Math.ceil(share * count));
        long seen = 0;
        for (int bucket = 0; bucket < BUCKETS; bucket++) {
            seen += counts[bucket];
            if (seen >= rank && count > 0) {
                double middle = SMALLEST * Math.exp((bucket - 0.5) * GROWTH);
                return bucket == 0 ? 0 : Math.min(largest, middle);
            }
        }
        return 0;
    }

    /** Mean and the usual quantiles. */
    public Quantiles quantiles() {
        return new Quantiles(mean(), quantile(0.5), quantile(0.9), quantile(0.99));
    }

    /** What reports say of a distribution. */
    public record Quantiles(double mean, double p50, double p90, double p99) {}
}
