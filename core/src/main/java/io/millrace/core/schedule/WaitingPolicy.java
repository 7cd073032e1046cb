package io.millrace.core.schedule;

import io.millrace.core.request.Service;

/**
 * Who starts next among those that wait: one class for each published policy. The policy itself is
 * a stateless description; each queue that follows it has a {@link Discipline} of its own.
 *
 * <p>Whatever the policy, {@link WaitingQueue} lets the overdue, higher priorities and interrupted
 * candidates go first.
 */
public interface WaitingPolicy {

    /** The name by which options choose it. */
    String name();

    /** Fresh state for one queue. */
    <C extends Candidate> Discipline<C> begin();

    /** How large a share of service a request's tenant is due by this policy. */
    default double weight(Service service) {
        return service.weight();
    }

    /**
     * Whether it weighs deadlines itself. If not, those with a deadline go first, the earliest
     * foremost.
     */
    default boolean ordersDeadlines() {
        return false;
    }

    /**
     * How many waiting candidates it wants to choose among beside an engine: 0 where an order is
     * all, more where it forms batches or lets running ones wait again.
     */
    default int horizon() {
        return 0;
    }

    /** Whether it wants answer lengths predicted anew while answers grow, see {@link Foresight}. */
    default boolean repredicts() {
        return false;
    }
}
