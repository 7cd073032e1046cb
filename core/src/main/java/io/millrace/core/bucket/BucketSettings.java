package io.millrace.core.bucket;

import static io.millrace.core.internal.Arguments.check;

import io.millrace.core.schedule.policy.BucketServe;

/**
 * How requests are sorted into buckets.
 *
 * @param maxLength prompts are shorter than this: the model's context
 * @param kvTokens tokens that the engine's KV cache holds
 * @param safeShare of the cache, what a bucket may ask for before it is worth splitting;
 *     BucketServe's is 0.9
 * @param minWidth a bucket is never narrower: below a KV block nothing is gained
 * @param maxOvertakes a request is overdue once so many others have left beyond those that waited
 *     when it came; the overdue leave before all others, whatever the policy says
 * @param cut where a bucket that is too large is cut
 */
public record BucketSettings(
        int maxLength,
        long kvTokens,
        double safeShare,
        int minWidth,
        int maxOvertakes,
        BucketServe.Cut cut) {

    private static final double SAFE_SHARE = 0.9;
    private static final int MIN_WIDTH = 16;
    private static final int MAX_OVERTAKES = 10_000;

    public BucketSettings {
        check(maxLength >= 1, "maxLength", maxLength, "at least 1");
        check(kvTokens >= 1, "kvTokens", kvTokens, "at least 1");
        check(safeShare > 0 && safeShare <= 1, "safeShare", safeShare, "above 0, at most 1");
        check(minWidth >= 1, "minWidth", minWidth, "at least 1");
        check(maxOvertakes >= 0, "maxOvertakes", maxOvertakes, "at least 0");
    }

    /** Buckets that are cut in the middle. */
    public BucketSettings(
            int maxLength, long kvTokens, double safeShare, int minWidth, int maxOvertakes) {
        this(maxLength, kvTokens, safeShare, minWidth, maxOvertakes, BucketServe.Cut.MIDDLE);
    }

    /** The same with another cut. */
    public BucketSettings withCut(BucketServe.Cut newCut) {
        return new BucketSettings(maxLength, kvTokens, safeShare, minWidth, maxOvertakes, newCut);
    }

    /** The same with another limit on overtakes. */
    public BucketSettings withMaxOvertakes(int overtakes) {
        return new BucketSettings(maxLength, kvTokens, safeShare, minWidth, overtakes, cut);
    }

    /** For a model's context and an engine's cache; everything else as usual. */
    public static BucketSettings of(int maxLength, long kvTokens) {
        return new BucketSettings(maxLength, kvTokens, SAFE_SHARE, MIN_WIDTH, MAX_OVERTAKES);
    }

    long safeTokens() {
        return (long) (kvTokens * safeShare);
    }
}
