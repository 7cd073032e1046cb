package io.millrace.core.bucket;

import io.millrace.core.schedule.WaitingPolicy;
import io.millrace.core.schedule.policy.BucketServe;
import io.millrace.core.schedule.policy.OrderedPolicy;
import io.millrace.core.schedule.policy.WaitingPolicies;

/** The queue that a policy wants its requests to wait in. */
public final class RequestQueues {

    private RequestQueues() {}

    /**
     * An empty queue: length buckets where the policy is one of BucketServe's, else a queue in the
     * order of the policy.
     *
     * @param bucketOrder the order in a bucket, a policy that is an order and nothing else
     * @throws IllegalArgumentException if there is no such policy or order
     */
    public static RequestQueue of(String policy, String bucketOrder, BucketSettings settings) {
        WaitingPolicy named = WaitingPolicies.named(policy);
        OrderedPolicy order = order(bucketOrder);
        return named instanceof BucketServe buckets
                ? new LengthBuckets(settings.withCut(buckets.cut()), order)
                : new PolicyQueue(settings, named);
    }

    /**
     * An order in a bucket.
     *
     * @throws IllegalArgumentException if there is none of that name
     */
    public static OrderedPolicy order(String name) {
        if (WaitingPolicies.named(name) instanceof OrderedPolicy order) {
            return order;
        }
        throw new IllegalArgumentException(
                "bucket-order: %s (expected: one of %s)"
                        .formatted(name, String.join(", ", WaitingPolicies.orders())));
    }
}
