package io.millrace.core.schedule;

import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Sequences that wait, in the order: overdue, priority, interrupted ones, deadline, policy, order
 * of arrival. Whoever waits long enough is overdue, so no policy starves anyone.
 */
final class WaitingQueue {

    private final int maxOvertakes;
    private final TreeSet<Sequence> inOrder;
    private final TreeMap<Long, Sequence> byTicket = new TreeMap<>();
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
        byTicket.put(sequence.ticket(), sequence);
    }

    /** The next to start. */
    @Nullable Sequence peek() {
        if (inOrder.isEmpty()) {
            return null;
        }
        Sequence oldest = byTicket.firstEntry().getValue();
        return starts >= oldest.dueAfter() ? oldest : inOrder.first();
    }

    void start(Sequence sequence) {
        remove(sequence);
        starts++;
    }

    boolean remove(Sequence sequence) {
        return byTicket.remove(sequence.ticket(), sequence) && inOrder.remove(sequence);
    }

    Collection<Sequence> inOrder() {
        return Collections.unmodifiableCollection(inOrder);
    }
}
