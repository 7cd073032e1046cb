package io.millrace.core.schedule;

import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Sequences that wait, in the order: overdue, priority, interrupted ones, deadline, policy, order
 * of arrival. Whoever waits long enough is overdue, so no policy starves anyone.
 */
final class WaitingQueue {

    private final int maxOvertakes;
    private final TreeSet<Sequence> inOrder;

    // Not the order of arrival: after others were removed, one that comes later is due earlier.
    private final TreeSet<Sequence> byDue =
            new TreeSet<>(
                    Comparator.comparingLong(Sequence::dueAfter)
                            .thenComparingLong(Sequence::ticket));
    private long tickets;
    private long starts;

    WaitingQueue(WaitingPolicy policy, int maxOvertakes) {
        this.maxOvertakes = maxOvertakes;
        this.inOrder =
                new TreeSet<>(
                        Comparator.<Sequence>comparingInt(s -> -s.service().priority())
                                .thenComparingInt(s -> s.preemptions() > 0 ? 0 : 1)
                                .thenComparingLong(s -> s.service().deadlineMs())
                                .thenComparing(policy)
                                .thenComparingLong(Sequence::ticket));
    }

    void enter(Sequence sequence) {
        if (sequence.ticket() == Sequence.NO_TICKET) {
            sequence.queued(tickets++, starts + inOrder.size() + maxOvertakes);
        }
        inOrder.add(sequence);
        byDue.add(sequence);
    }

    /** The next to start. */
    @Nullable Sequence peek() {
        if (inOrder.isEmpty()) {
            return null;
        }
        Sequence due = byDue.first();
        return starts >= due.dueAfter() ? due : inOrder.first();
    }

    void start(Sequence sequence) {
        remove(sequence);
        starts++;
    }

    boolean remove(Sequence sequence) {
        return byDue.remove(sequence) && inOrder.remove(sequence);
    }

    Collection<Sequence> inOrder() {
        return Collections.unmodifiableCollection(inOrder);
    }
}
