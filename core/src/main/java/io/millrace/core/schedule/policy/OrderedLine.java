package io.millrace.core.schedule.policy;

import io.millrace.core.schedule.Candidate;
import io.millrace.core.schedule.Situation;
import io.millrace.core.schedule.Waiter;
import io.millrace.core.schedule.WaitingLine;
import java.util.Comparator;
import java.util.Iterator;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** A line in an order that does not change while they wait: O(log n) each. */
final class OrderedLine<C extends Candidate> implements WaitingLine<C> {

    private final TreeSet<Waiter<C>> inOrder;

    /** In this order; ties in that of the tickets. */
    OrderedLine(Comparator<Waiter<C>> order) {
        this.inOrder = new TreeSet<>(order.thenComparingLong(Waiter::ticket));
    }

    static <C extends Candidate> OrderedLine<C> by(Comparator<? super C> order) {
        return new OrderedLine<>(
                (left, right) -> order.compare(left.candidate(), right.candidate()));
    }

    @Override
    public void enter(Waiter<C> waiter) {
        inOrder.add(waiter);
    }

    @Override
    public void remove(Waiter<C> waiter) {
        inOrder.remove(waiter);
    }

    @Override
    public @Nullable Waiter<C> first(Situation situation) {
        return inOrder.isEmpty() ? null : inOrder.first();
    }

    boolean isEmpty() {
        return inOrder.isEmpty();
    }

    int size() {
        return inOrder.size();
    }

    /** The first in order, of at least one. */
    Waiter<C> head() {
        return inOrder.first();
    }

    Iterator<Waiter<C>> iterator() {
        return inOrder.iterator();
    }
}
