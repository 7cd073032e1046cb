package io.millrace.gateway.access;

import static io.millrace.gateway.access.Checks.atLeast;

/**
 * How much a key may ask of the service. Immutable.
 *
 * @param maxQueuedRequests requests of batches without a result, over the key's workspace
 * @param maxBatches batches that have not ended, over the key's workspace
 * @param maxTokensPerDay tokens in and out of the workspace's batches of the last 24 hours; a batch
 *     that was taken in is finished whatever it uses
 * @param requestsPerMinute HTTP calls with this key, at each gateway
 */
public record Limits(
        long maxQueuedRequests, int maxBatches, long maxTokensPerDay, int requestsPerMinute) {

    /** Generous, for a service among friends. */
    public static final Limits DEFAULT = new Limits(1_000_000, 10_000, Long.MAX_VALUE, 60_000);

    public Limits {
        atLeast("max_queued_requests", maxQueuedRequests, 1);
        atLeast("max_batches", maxBatches, 1);
        atLeast("max_tokens_per_day", maxTokensPerDay, 1);
        atLeast("requests_per_minute", requestsPerMinute, 1);
    }
}
