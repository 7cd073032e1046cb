package io.millrace.gateway.access;

import io.millrace.core.request.Service;

/**
 * What a key allows; the key itself is kept nowhere. Immutable.
 *
 * @param name for people and metrics
 * @param workspace whose batches it sees; the tenant of its requests
 * @param weight of its requests where the job shares fairly, see {@link Service#weight}
 */
public record ApiKey(String name, String workspace, double weight, Limits limits) {

    /** The workspace of keys that name none. */
    public static final String DEFAULT_WORKSPACE = "default";

    public ApiKey {
        Checks.named("key name", name);
        Checks.named("workspace", workspace);
        if (!Service.isWeight(weight)) {
            throw new IllegalArgumentException(
                    "weight: %s (expected: %s to %s)"
                            .formatted(weight, Service.MIN_WEIGHT, Service.MAX_WEIGHT));
        }
    }

    /** With everybody's weight. */
    public ApiKey(String name, String workspace, Limits limits) {
        this(name, workspace, 1, limits);
    }
}
