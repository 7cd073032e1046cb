package io.millrace.core.speculate;

import static io.millrace.core.internal.Arguments.check;

import java.util.Arrays;

/**
 * How long a step will take, learnt while it runs: {@code c0*calls + c1*tokens + c2*kvTokens} in
 * milliseconds, fitted by recursive least squares with forgetting and coefficients that are not
 * negative, times a factor per power of two of tokens for what is not linear about a machine.
 *
 * <p>Errors count relative to the forecast, so that small steps are fitted as well as large ones;
 * what departs too far from the forecast is pulled in before it is learnt from, the less the more
 * often it happens. Before there is data the ratios of the coefficients are those of a small model
 * on a processor, and the scale is that of the first steps' median.
 *
 * <p>One thread.
 */
public final class StepTimeModel {

    /**
     * The fit.
     *
     * @param callMs of every call, whatever it computes
     * @param tokenMs of every token that a call computes
     * @param kvTokenMs of every cached token that its attention reads
     */
    public record Coefficients(double callMs, double tokenMs, double kvTokenMs) {}

    private static final double[] PRIOR = {1, 0.05, 2e-5};

    /** A prior as sure as one observation with 5 % noise is about twenty times its value. */
    private static final double PRIOR_WEIGHT = 0.0025;

    private static final double MEMORY = 0.998;
    private static final double BUCKET_MEMORY = 25;
    private static final double BUCKET_PRIOR = 3;
    private static final int BUCKETS = 34;
    private static final int FINE_BUCKETS = 16 + 8 * 16;
    private static final int WARM_UP = 8;
    private static final double WARM_UP_BAND = 1.5;
    private static final double BAND_DEVIATIONS = 4;

    private final NonNegativeFit fit = new NonNegativeFit();
    private final double[] warmUpMs = new double[WARM_UP];
    private final double[] warmUpScales = new double[WARM_UP];
    private final double[][] warmUpFeatures = new double[WARM_UP][];

    /** Forgetful sums over the steps near a power of two of tokens, relative to their forecast. */
    private final double[][] bucketFeatures = new double[BUCKETS][PRIOR.length];

    private final double[] bucketMs = new double[BUCKETS];
    private final double[] bucketWeight = new double[BUCKETS];
    private final double[] bucketFactor = new double[BUCKETS];
    private final double[] fineWeight = new double[FINE_BUCKETS];
    private final double[] fineFactor = new double[FINE_BUCKETS];
    private double[] coefficients = PRIOR.clone();
    private double deviation = 0.1;
    private long observations;

    /** A model without data. */
    public StepTimeModel() {
        Arrays.fill(bucketFactor, 1);
        Arrays.fill(fineFactor, 1);
    }

    /** How many steps it has seen. */
    public long observations() {
        return observations;
    }

    /** The linear part. */
    public Coefficients coefficients() {
        return new Coefficients(coefficients[0], coefficients[1], coefficients[2]);
    }

    /**
     * The forecast; without data right in its ratios only.
     *
     * @param calls of the program: 1 for a step of the target
     * @param tokens that all calls compute
     * @param kvTokens that all calls read
     */
    public double predictMs(int calls, long tokens, long kvTokens) {
        return smoothMs(calls, tokens, kvTokens) * fineFactor[fineBucket(tokens)];
    }

    private double smoothMs(int calls, long tokens, long kvTokens) {
        double linear = linear(calls, tokens, kvTokens);
        long above = Math.max(1, tokens);
        int bucket = bucket(above);
        double share = share(above, bucket);
        return linear * ((1 - share) * bucketFactor[bucket] + share * bucketFactor[bucket + 1]);
    }

    /**
     * Learns from a step.
     *
     * @return the time that it believed, milliseconds: {@code ms}, pulled towards the forecast if
     *     it is out of the ordinary
     */
    public double observe(int calls, long tokens, long kvTokens, double ms) {
        check(ms > 0 && Double.isFinite(ms), "ms", ms, "finite, above 0");
        double[] features = {calls, tokens, kvTokens};
        if (observations < WARM_UP) {
            warmUp(features, ms);
            return ms;
        }
        double forecast = predictMs(calls, tokens, kvTokens);
        double error = ms / forecast - 1;
        double band = BAND_DEVIATIONS * deviation;
        double believed = forecast * (1 + Math.max(-band, Math.min(band, error)));
        deviation += 0.05 * (1.25 * Math.min(Math.abs(error), band) - deviation);
        deviation = Math.max(0.01, deviation);
        observations++;
        learn(features, believed, forecast);
        coefficients = fit.solve();
        refreshBuckets();
        learnFine(tokens, believed / smoothMs(calls, tokens, kvTokens));
        return believed;
    }

    /** An average that starts as a few ratios of 1 and then forgets. */
    private void learnFine(long tokens, double ratio) {
        int bucket = fineBucket(tokens);
        fineWeight[bucket] = Math.min(BUCKET_MEMORY, fineWeight[bucket] + 1);
        fineFactor[bucket] += (ratio - fineFactor[bucket]) / (fineWeight[bucket] + BUCKET_PRIOR);
    }

    /** Few steps cannot tell an outlier from a slow machine, so all of them are weighed anew. */
    private void warmUp(double[] features, double ms) {
        int count = (int) observations++;
        warmUpFeatures[count] = features;
        warmUpMs[count] = ms;
        warmUpScales[count] = ms / dot(PRIOR, features);
        double[] sorted = Arrays.copyOf(warmUpScales, count + 1);
        Arrays.sort(sorted);
        double scale = sorted[count / 2];
        fit.restart(PRIOR, scale, PRIOR_WEIGHT);
        Arrays.fill(bucketMs, 0);
        Arrays.fill(bucketWeight, 0);
        for (double[] sums : bucketFeatures) {
            Arrays.fill(sums, 0);
        }
        for (int i = 0; i <= count; i++) {
            double forecast = scale * dot(PRIOR, warmUpFeatures[i]);
            double highest = forecast * WARM_UP_BAND;
            double lowest = forecast / WARM_UP_BAND;
            double believed = Math.max(lowest, Math.min(highest, warmUpMs[i]));
            learn(warmUpFeatures[i], believed, forecast);
        }
        coefficients = fit.solve();
        refreshBuckets();
    }

    private void learn(double[] features, double ms, double forecast) {
        fit.add(features, ms, forecast, MEMORY);
        long tokens = Math.max(1, (long) features[1]);
        int bucket = bucket(tokens);
        double share = share(tokens, bucket);
        learnBucket(bucket, 1 - share, features, ms, forecast);
        learnBucket(bucket + 1, share, features, ms, forecast);
    }

    private void learnBucket(
            int bucket, double share, double[] features, double ms, double forecast) {
        double memory = 1 - share / BUCKET_MEMORY;
        double weight = share / forecast;
        bucketMs[bucket] = memory * bucketMs[bucket] + weight * ms;
        bucketWeight[bucket] = memory * bucketWeight[bucket] + share;
        for (int i = 0; i < features.length; i++) {
            bucketFeatures[bucket][i] = memory * bucketFeatures[bucket][i] + weight * features[i];
        }
    }

    private void refreshBuckets() {
        for (int bucket = 0; bucket < BUCKETS; bucket++) {
            double linear = dot(coefficients, bucketFeatures[bucket]);
            if (linear > 0) {
                double trust = bucketWeight[bucket] / (bucketWeight[bucket] + BUCKET_PRIOR);
                bucketFactor[bucket] = 1 + trust * (bucketMs[bucket] / linear - 1);
            }
        }
    }

    private double linear(int calls, long tokens, long kvTokens) {
        return coefficients[0] * calls + coefficients[1] * tokens + coefficients[2] * kvTokens;
    }

    private static double dot(double[] a, double[] b) {
        double sum = 0;
        for (int i = 0; i < a.length; i++) {
            sum += a[i] * b[i];
        }
        return sum;
    }

    /** One for every count up to sixteen, and eight per factor of two: kernels work in tiles. */
    private static int fineBucket(long tokens) {
        long below = Math.max(0, tokens - 1);
        if (below < 16) {
            return (int) below;
        }
        int power = Long.SIZE - 1 - Long.numberOfLeadingZeros(below);
        int eighth = (int) (below >> (power - 3)) & 7;
        return Math.min(FINE_BUCKETS - 1, 16 + 8 * (power - 4) + eighth);
    }

    private static int bucket(long tokens) {
        return Math.min(BUCKETS - 2, Long.SIZE - 1 - Long.numberOfLeadingZeros(tokens));
    }

    /** How far between a power of two and the next. */
    private static double share(long tokens, int bucket) {
        return Math.min(1, (double) (tokens - (1L << bucket)) / (1L << bucket));
    }
}
