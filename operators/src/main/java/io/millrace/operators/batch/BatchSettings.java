package io.millrace.operators.batch;

import io.millrace.core.bucket.RequestQueues;
import io.millrace.core.schedule.policy.WaitingPolicies;
import java.io.Serializable;
import org.apache.flink.annotation.PublicEvolving;

/**
 * How a subtask holds requests and in which order it hands them out.
 *
 * @param job the name by which the job's drain source and this operator meet; no other job's
 * @param maxRequests holds at most so many requests without a result, in flight or not; then input
 *     pauses
 * @param maxPromptTokens and at most so many prompt tokens of them: bounds memory where prompts are
 *     long
 * @param policy who goes next, as {@link WaitingPolicies#named} understands it
 * @param bucketOrder the order inside a bucket where the policy has buckets, one of {@link
 *     WaitingPolicies#orders()}
 * @param prediction where answer lengths come from that {@code predict} left open
 * @param cancellationWindowMs remembers a cancellation for so long, for requests that were sent
 *     before it but arrive after it
 */
@PublicEvolving
public record BatchSettings(
        String job,
        int maxRequests,
        long maxPromptTokens,
        String policy,
        String bucketOrder,
        Prediction prediction,
        long cancellationWindowMs)
        implements Serializable {

    private static final int MAX_REQUESTS = 10_000;
    private static final long MAX_PROMPT_TOKENS = 50_000_000;
    private static final long CANCELLATION_WINDOW_MS = 3_600_000;

    public BatchSettings {
        check(!job.isEmpty(), "job", "\"\"", "a name that is not empty");
        check(maxRequests >= 1, "maxRequests", maxRequests, "at least 1");
        check(maxPromptTokens >= 1, "maxPromptTokens", maxPromptTokens, "at least 1");
        check(cancellationWindowMs >= 0, "cancellationWindowMs", cancellationWindowMs, "0 or more");
        WaitingPolicies.named(policy);
        RequestQueues.order(bucketOrder);
    }

    /**
     * Everything as usual: length buckets in the order of arrival, lengths learned from the answers
     * so far.
     */
    public static BatchSettings of(String job) {
        return new BatchSettings(
                job,
                MAX_REQUESTS,
                MAX_PROMPT_TOKENS,
                "bucketserve",
                "fcfs",
                Prediction.HISTOGRAM,
                CANCELLATION_WINDOW_MS);
    }

    /** The same with another limit on requests held. */
    public BatchSettings withMaxRequests(int requests) {
        return new BatchSettings(
                job,
                requests,
                maxPromptTokens,
                policy,
                bucketOrder,
                prediction,
                cancellationWindowMs);
    }

    /** The same with another policy. */
    public BatchSettings withPolicy(String name) {
        return new BatchSettings(
                job,
                maxRequests,
                maxPromptTokens,
                name,
                bucketOrder,
                prediction,
                cancellationWindowMs);
    }

    /** The same with other estimates. */
    public BatchSettings withPrediction(Prediction newPrediction) {
        return new BatchSettings(
                job,
                maxRequests,
                maxPromptTokens,
                policy,
                bucketOrder,
                newPrediction,
                cancellationWindowMs);
    }

    /** Where estimates of answer lengths come from. */
    public enum Prediction {
        /** Every answer may be as long as it is allowed to be. */
        UPPER_BOUND,
        /** The lengths of the last answers. */
        HISTOGRAM,
        /** The same, and what {@code predict} said is corrected by the answers that end. */
        CORRECTED
    }

    private static void check(boolean condition, String name, Object value, String rule) {
        if (!condition) {
            throw new IllegalArgumentException(
                    "%s: %s (expected: %s)".formatted(name, value, rule));
        }
    }
}
