package io.millrace.core.schedule;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Candidates that wait, and those that run and may have to wait again. Who starts next: the
 * overdue, then by priority; in a priority the interrupted, then the earliest deadline (unless the
 * policy weighs deadlines itself), then whom the policy names. Whoever waits long enough is
 * overdue, so no policy starves anyone.
 *
 * <p>One thread only.
 */
public final class WaitingQueue<C extends Candidate> {

    private final Discipline<C> discipline;
    private final boolean ordersDeadlines;
    private final int maxOvertakes;
    private final IdentityHashMap<C, Waiter<C>> known = new IdentityHashMap<>();
    private final TreeMap<Integer, PriorityLine<C>> byPriority =
            new TreeMap<>(Comparator.reverseOrder());

    // Not the order of arrival: after others were removed, one that comes later is due earlier.
    private final TreeSet<Waiter<C>> byDue =
            new TreeSet<>(
                    Comparator.<Waiter<C>>comparingLong(Waiter::dueAfter)
                            .thenComparingLong(Waiter::ticket));
    private long tickets;
    private long starts;

    /**
     * An empty queue.
     *
     * @param maxOvertakes one is overdue once so many others have started beyond those that waited
     *     when it came
     */
    public WaitingQueue(WaitingPolicy policy, int maxOvertakes) {
        this.discipline = policy.begin();
        this.ordersDeadlines = policy.ordersDeadlines();
        this.maxOvertakes = maxOvertakes;
    }

    /** Takes in one that it does not know. */
    public void enter(C candidate) {
        enter(candidate, tickets, starts + byDue.size() + maxOvertakes);
    }

    /** Takes in one that had its place in another queue, which it keeps. */
    public void enter(C candidate, long ticket, long dueAfter) {
        tickets = Math.max(tickets, ticket) + 1;
        Waiter<C> waiter = new Waiter<>(candidate, ticket, dueAfter);
        known.put(candidate, waiter);
        line(waiter).enter(waiter);
        byDue.add(waiter);
    }

    /** Lets one that runs wait again, in the order of the policy. */
    public void pause(C candidate, long nowMs) {
        Waiter<C> waiter = waiter(candidate);
        waiter.waitsAgain(nowMs);
        line(waiter).enter(waiter);
        byDue.add(waiter);
    }

    /** Lets one that runs wait again, in front of its priority. */
    public void interrupt(C candidate, long nowMs) {
        waiter(candidate).interrupted();
        pause(candidate, nowMs);
    }

    /** Who should start next; null if nobody should now. */
    public @Nullable C first(Situation situation) {
        Waiter<C> first = firstWaiter(situation);
        return first == null ? null : first.candidate();
    }

    /** Notes that one starts; it stays known until it is removed. */
    public void start(C candidate, int cachedTokens) {
        Waiter<C> waiter = waiter(candidate);
        byDue.remove(waiter);
        line(waiter).remove(waiter);
        starts++;
        waiter.started();
        discipline.started(waiter, cachedTokens);
    }

    /** Notes that one that has started got so many tokens more. */
    public void generated(C candidate, int tokens) {
        discipline.generated(waiter(candidate), tokens);
    }

    /** Forgets one, which has ended or waits no longer. */
    public void remove(C candidate) {
        Waiter<C> waiter = waiter(candidate);
        known.remove(candidate);
        if (byDue.remove(waiter)) {
            PriorityLine<C> line = line(waiter);
            line.remove(waiter);
            if (line.isEmpty()) {
                byPriority.remove(candidate.service().priority());
            }
        }
        discipline.ended(waiter);
    }

    /** Which of those that run the policy wants to wait again; never one that was overdue. */
    public List<C> toPause(Situation situation) {
        if (!discipline.pauses()) {
            return List.of();
        }
        List<Waiter<C>> running = new ArrayList<>(known.size() - byDue.size());
        for (Candidate candidate : situation.running()) {
            Waiter<C> waiter = known.get(candidate);
            if (waiter != null && !isOverdue(waiter)) {
                running.add(waiter);
            }
        }
        return discipline.toPause(running, firstWaiter(situation), situation).stream()
                .map(Waiter::candidate)
                .toList();
    }

    /** Whether one waits. */
    public boolean isWaiting(C candidate) {
        Waiter<C> waiter = known.get(candidate);
        return waiter != null && byDue.contains(waiter);
    }

    /** How many starts may still happen before somebody is due; not above 0 if somebody is. */
    public long untilDue() {
        return byDue.isEmpty() ? Long.MAX_VALUE : byDue.first().dueAfter() - starts;
    }

    /** Those that wait: those first whose turn comes first at the latest. */
    public Collection<C> waiting() {
        return byDue.stream().map(Waiter::candidate).toList();
    }

    /** How many wait. */
    public int size() {
        return byDue.size();
    }

    private boolean isOverdue(Waiter<C> waiter) {
        return starts >= waiter.dueAfter();
    }

    private @Nullable Waiter<C> firstWaiter(Situation situation) {
        if (byDue.isEmpty()) {
            return null;
        }
        Waiter<C> due = byDue.first();
        if (isOverdue(due)) {
            return due;
        }
        for (PriorityLine<C> line : byPriority.values()) {
            if (!line.isEmpty()) {
                return line.first(situation);
            }
        }
        return null;
    }

    private Waiter<C> waiter(C candidate) {
        Waiter<C> waiter = known.get(candidate);
        if (waiter == null) {
            throw new IllegalStateException(candidate + " is not in the queue");
        }
        return waiter;
    }

    private PriorityLine<C> line(Waiter<C> waiter) {
        return byPriority.computeIfAbsent(
                waiter.candidate().service().priority(),
                priority -> new PriorityLine<>(discipline.newLine(), ordersDeadlines));
    }
}
