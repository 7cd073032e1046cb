package io.millrace.core.schedule.policy;

import io.millrace.core.schedule.Candidate;
import io.millrace.core.schedule.Discipline;
import io.millrace.core.schedule.Situation;
import io.millrace.core.schedule.Waiter;
import io.millrace.core.schedule.WaitingLine;
import io.millrace.core.schedule.WaitingPolicy;
import java.util.Comparator;
import org.jspecify.annotations.Nullable;

/**
 * Memory-constrained shortest first (MC-SF, 2502.07115, Algorithm 1): the shortest predicted answer
 * starts if the KV cache then holds all that run until each has ended, see {@link PeakMemory}; if
 * not, nobody starts. One that runs alone may outgrow every prediction, so with nothing running the
 * shortest always starts.
 */
public final class MemoryConstrainedShortest implements WaitingPolicy {

    @Override
    public String name() {
        return "mc-sf";
    }

    @Override
    public int horizon() {
        return 256;
    }

    @Override
    public <C extends Candidate> Discipline<C> begin() {
        return new Discipline<>() {
            @Override
            public WaitingLine<C> newLine() {
                return new Line<>();
            }
        };
    }

    private static final class Line<C extends Candidate> implements WaitingLine<C> {
        private final OrderedLine<C> shortest =
                new OrderedLine<>(
                        Comparator.comparingInt(waiter -> waiter.candidate().expectedRemaining()));

        @Override
        public void enter(Waiter<C> waiter) {
            shortest.enter(waiter);
        }

        @Override
        public void remove(Waiter<C> waiter) {
            shortest.remove(waiter);
        }

        @Override
        public @Nullable Waiter<C> first(Situation situation) {
            Waiter<C> next = shortest.first(situation);
            if (next == null || situation.running().isEmpty()) {
                return next;
            }
            PeakMemory memory = new PeakMemory(situation.running());
            return memory.with(next.candidate()) <= situation.kvTokens() ? next : null;
        }
    }
}
