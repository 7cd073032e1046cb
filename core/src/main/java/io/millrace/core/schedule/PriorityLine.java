package io.millrace.core.schedule;

import io.millrace.core.request.Service;
import java.util.Comparator;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Those of one priority: the interrupted, those with a deadline, and the policy's own line. */
final class PriorityLine<C extends Candidate> implements WaitingLine<C> {

    private final WaitingLine<C> policy;
    private final boolean ordersDeadlines;
    private final TreeSet<Waiter<C>> ahead =
            new TreeSet<>(
                    Comparator.<Waiter<C>>comparingInt(waiter -> waiter.isInterrupted() ? 0 : 1)
                            .thenComparingLong(waiter -> waiter.candidate().service().deadlineMs())
                            .thenComparingLong(Waiter::ticket));
    private int size;

    PriorityLine(WaitingLine<C> policy, boolean ordersDeadlines) {
        this.policy = policy;
        this.ordersDeadlines = ordersDeadlines;
    }

    @Override
    public void enter(Waiter<C> waiter) {
        size++;
        if (goesAhead(waiter)) {
            ahead.add(waiter);
        } else {
            policy.enter(waiter);
        }
    }

    @Override
    public void remove(Waiter<C> waiter) {
        size--;
        if (goesAhead(waiter)) {
            ahead.remove(waiter);
        } else {
            policy.remove(waiter);
        }
    }

    @Override
    public @Nullable Waiter<C> first(Situation situation) {
        return ahead.isEmpty() ? policy.first(situation) : ahead.first();
    }

    boolean isEmpty() {
        return size == 0;
    }

    private boolean goesAhead(Waiter<C> waiter) {
        return waiter.isInterrupted()
                || (!ordersDeadlines
                        && waiter.candidate().service().deadlineMs() != Service.NO_DEADLINE);
    }
}
