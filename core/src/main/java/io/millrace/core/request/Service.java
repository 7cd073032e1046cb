package io.millrace.core.request;

import static io.millrace.core.request.InvalidRequestException.check;

import org.jspecify.annotations.Nullable;

/**
 * Whom a request belongs to and how urgent it is: all that scheduling may know beside lengths.
 *
 * @param tenant whose share of service it uses
 * @param priority larger goes first, in [-100, 100]
 * @param deadlineMs epoch milliseconds after which the answer is worthless; {@link #NO_DEADLINE} if
 *     none
 * @param session requests of one conversation share a prefix; null if unknown
 * @param adapter the LoRA adapter to apply; null for the bare model
 */
public record Service(
        String tenant,
        int priority,
        long deadlineMs,
        @Nullable String session,
        @Nullable String adapter) {

    /** A request that is worth answering however late. */
    public static final long NO_DEADLINE = Long.MAX_VALUE;

    /** No tenant, no priority, no deadline. */
    public static final Service DEFAULT = new Service("default", 0, NO_DEADLINE, null, null);

    public Service {
        check(!tenant.isEmpty(), "tenant", "\"\"", "a name that is not empty");
        check(priority >= -100 && priority <= 100, "priority", priority, "-100 to 100");
    }
}
