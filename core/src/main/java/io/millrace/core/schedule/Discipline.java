package io.millrace.core.schedule;

import java.util.Collection;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A policy at work in one queue: what it has learned of the service given, shared by the lines of
 * all priorities. Told of everything that happens; deterministic; one thread only. Time comes in
 * with the {@link Situation}.
 */
public interface Discipline<C extends Candidate> {

    /** An empty line, for the candidates of one priority. */
    WaitingLine<C> newLine();

    /**
     * A candidate has started; {@link Waiter#starts()} counts this time.
     *
     * @param cachedTokens of its prompt, tokens that need not be computed
     */
    default void started(Waiter<C> waiter, int cachedTokens) {}

    /** A running candidate has got so many tokens more. */
    default void generated(Waiter<C> waiter, int tokens) {}

    /** A candidate has ended or was removed, whether it has started or not. */
    default void ended(Waiter<C> waiter) {}

    /** Whether it ever lets running ones wait again. */
    default boolean pauses() {
        return false;
    }

    /**
     * Which of those that run should wait again. Asked once before every step, if it pauses at all.
     *
     * @param running all that run and may be made to wait
     * @param next who would start next; null if nobody
     */
    default List<Waiter<C>> toPause(
            Collection<Waiter<C>> running, @Nullable Waiter<C> next, Situation situation) {
        return List.of();
    }
}
