package io.millrace.core.request;

import static io.millrace.core.request.InvalidRequestException.check;

import org.jspecify.annotations.Nullable;

/**
 * Whom a request belongs to and how urgent it is: all that scheduling may know beside lengths.
 *
 * @param tenant whose share of service it uses
 * @param weight how large a share: what it uses counts {@code 1 / weight}, in [{@link #MIN_WEIGHT},
 *     {@link #MAX_WEIGHT}]. Only the gateway's word gives one that is not 1
 * @param priority larger goes first, in [-100, 100]
 * @param deadlineMs epoch milliseconds after which the answer is worthless; {@link #NO_DEADLINE} if
 *     none
 * @param session requests of one conversation share a prefix; null if unknown
 * @param adapter the LoRA adapter to apply; null for the bare model
 */
public record Service(
        String tenant,
        double weight,
        int priority,
        long deadlineMs,
        @Nullable String session,
        @Nullable String adapter) {

    /** A request that is worth answering however late. */
    public static final long NO_DEADLINE = Long.MAX_VALUE;

    /** The least weight. */
    public static final double MIN_WEIGHT = 0.001;

    /** The greatest weight. */
    public static final double MAX_WEIGHT = 1000;

    /** No tenant, no priority, no deadline. */
    public static final Service DEFAULT = new Service("default", 0, NO_DEADLINE, null, null);

    public Service {
        check(!tenant.isEmpty(), "tenant", "\"\"", "a name that is not empty");
        check(isWeight(weight), "weight", weight, "0.001 to 1000");
        check(priority >= -100 && priority <= 100, "priority", priority, "-100 to 100");
    }

    /** With the share of everybody. */
    public Service(
            String tenant,
            int priority,
            long deadlineMs,
            @Nullable String session,
            @Nullable String adapter) {
        this(tenant, 1, priority, deadlineMs, session, adapter);
    }

    /** Whether a request may have that weight. */
    public static boolean isWeight(double weight) {
        return weight >= MIN_WEIGHT && weight <= MAX_WEIGHT;
    }
}
