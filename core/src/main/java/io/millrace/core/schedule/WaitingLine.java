package io.millrace.core.schedule;

import org.jspecify.annotations.Nullable;

/**
 * Candidates of one priority that wait, in the order of a policy. What a policy orders by may
 * change while a candidate is not in a line, and only then. One thread only.
 */
public interface WaitingLine<C extends Candidate> {

    /** Takes one in. */
    void enter(Waiter<C> waiter);

    /** Takes one out, to start it or to forget it. */
    void remove(Waiter<C> waiter);

    /**
     * Who should start next; null if nobody should now, though some may wait. The same again until
     * something changes. Whoever runs nothing and is told null would wait forever, so with nothing
     * running and somebody waiting this is not null.
     */
    @Nullable Waiter<C> first(Situation situation);
}
