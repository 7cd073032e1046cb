package io.millrace.core.schedule.policy;

import io.millrace.core.schedule.Candidate;
import io.millrace.core.schedule.Situation;
import io.millrace.core.schedule.Waiter;
import io.millrace.core.schedule.WaitingLine;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A line whose policy plans ahead: it orders the first of those that wait, which start in that
 * order until the plan is used up. What it does not see of a long line comes into a later plan.
 */
final class PlannedLine<C extends Candidate> implements WaitingLine<C> {

    /** Orders some of those that wait; all that it leaves out come into a later plan. */
    @FunctionalInterface
    interface Planner<C extends Candidate> {
        /** At least one of them, each once. */
        List<Waiter<C>> plan(List<Waiter<C>> waiting, Situation situation);
    }

    /** When a plan may begin. */
    enum Barrier {
        /** As soon as the last one is used up. */
        NONE,
        /** Once nothing runs of the last one: static batches. */
        STATIC_BATCHES
    }

    private final OrderedLine<C> byArrival = new OrderedLine<>(Comparator.comparingLong(w -> 0));
    private final Planner<C> planner;
    private final int horizon;
    private final Barrier barrier;
    private Set<Waiter<C>> plan = new LinkedHashSet<>();

    /**
     * An empty line.
     *
     * @param horizon the most candidates that a plan is made of
     */
    PlannedLine(Planner<C> planner, int horizon, Barrier barrier) {
        this.planner = planner;
        this.horizon = horizon;
        this.barrier = barrier;
    }

    @Override
    public void enter(Waiter<C> waiter) {
        byArrival.enter(waiter);
    }

    @Override
    public void remove(Waiter<C> waiter) {
        byArrival.remove(waiter);
        plan.remove(waiter);
    }

    @Override
    public @Nullable Waiter<C> first(Situation situation) {
        if (byArrival.isEmpty()) {
            return null;
        }
        if (plan.isEmpty()) {
            if (barrier == Barrier.STATIC_BATCHES && !situation.running().isEmpty()) {
                return null;
            }
            plan = new LinkedHashSet<>(planner.plan(visible(), situation));
        }
        return plan.iterator().next();
    }

    private List<Waiter<C>> visible() {
        List<Waiter<C>> visible = new ArrayList<>();
        Iterator<Waiter<C>> waiting = byArrival.iterator();
        while (waiting.hasNext() && visible.size() < horizon) {
            visible.add(waiting.next());
        }
        return visible;
    }
}
