package io.millrace.gateway.access;

/**
 * What a key allows; the key itself is kept nowhere. Immutable.
 *
 * @param name for people and metrics
 * @param workspace whose batches it sees; the tenant of its requests
 */
public record ApiKey(String name, String workspace, Limits limits) {

    /** The workspace of keys that name none. */
    public static final String DEFAULT_WORKSPACE = "default";

    public ApiKey {
        Checks.named("key name", name);
        Checks.named("workspace", workspace);
    }
}
