package io.millrace.core.schedule.policy;

import static io.millrace.core.internal.Arguments.check;

import io.millrace.core.schedule.Candidate;
import io.millrace.core.schedule.Discipline;
import io.millrace.core.schedule.Situation;
import io.millrace.core.schedule.Waiter;
import io.millrace.core.schedule.WaitingLine;
import io.millrace.core.schedule.WaitingPolicy;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Skip-join multi-level feedback queue (FastServe, 2305.05920, section 4.1): short answers finish
 * early though nobody predicts them. Level {@code i} has the quantum {@code quantum * 2^i}; a
 * candidate joins the first whose quantum covers its prefill, skipping those above; one that has
 * used its quantum up falls one level; one that has waited too long returns to the top. A running
 * candidate gives way to one of a higher level if there is no room for both.
 *
 * <p>Quanta are in decode steps, so that they need no clock: one token each, and a prefill of
 * {@value #PREFILL_TOKENS} tokens takes about as long as one.
 *
 * @param quantum steps of the top level, at least 1; the paper's is the shortest iteration, a few
 *     more spare changes
 * @param starveMs milliseconds of waiting after which a candidate returns to the top
 */
public record SkipJoinMlfq(int quantum, long starveMs) implements WaitingPolicy {

    static final int QUANTUM = 16;
    static final long STARVE_MS = 60_000;
    static final int PREFILL_TOKENS = 64;
    private static final int LEVELS = 10;

    public SkipJoinMlfq {
        check(quantum >= 1, "quantum", quantum, "at least 1 step");
        check(starveMs >= 1, "starve-ms", starveMs, "at least 1");
    }

    @Override
    public String name() {
        return "mlfq";
    }

    @Override
    public int horizon() {
        return 256;
    }

    @Override
    public <C extends Candidate> Discipline<C> begin() {
        return new Levels<>();
    }

    /** The highest level, 0 the top, whose quantum covers the prefill. */
    int levelOf(int prefillTokens) {
        int level = 0;
        while (level < LEVELS - 1 && quantumOf(level) * PREFILL_TOKENS < prefillTokens) {
            level++;
        }
        return level;
    }

    private long quantumOf(int level) {
        return (long) quantum << level;
    }

    private static final class Standing {
        private int level;
        private long used;
    }

    private final class Levels<C extends Candidate> implements Discipline<C> {
        private final Map<Waiter<C>, Standing> standings = new HashMap<>();

        @Override
        public WaitingLine<C> newLine() {
            return new Line<>(this);
        }

        @Override
        public void generated(Waiter<C> waiter, int tokens) {
            Standing standing = standing(waiter);
            standing.used += tokens;
            if (standing.used >= quantumOf(standing.level) && standing.level < LEVELS - 1) {
                standing.level++;
                standing.used = 0;
            }
        }

        @Override
        public void ended(Waiter<C> waiter) {
            standings.remove(waiter);
        }

        @Override
        public boolean pauses() {
            return true;
        }

        @Override
        public List<Waiter<C>> toPause(
                Collection<Waiter<C>> running, @Nullable Waiter<C> next, Situation situation) {
            if (next == null) {
                return List.of();
            }
            Waiter<C> lowest = null;
            for (Waiter<C> waiter : running) {
                if (lowest == null || standing(waiter).level >= standing(lowest).level) {
                    lowest = waiter;
                }
            }
            return lowest != null
                            && standing(lowest).level > standing(next).level
                            && situation.mayTakeThePlaceOf(lowest.candidate(), next.candidate())
                    ? List.of(lowest)
                    : List.of();
        }

        private Standing standing(Waiter<C> waiter) {
            return standings.computeIfAbsent(
                    waiter,
                    fresh -> {
                        C candidate = fresh.candidate();
                        Standing standing = new Standing();
                        standing.level =
                                levelOf(candidate.promptLength() + candidate.generatedLength());
                        return standing;
                    });
        }
    }

    private final class Line<C extends Candidate> implements WaitingLine<C> {
        private final Levels<C> levels;
        private final List<OrderedLine<C>> byLevel = new ArrayList<>();
        private final Map<Waiter<C>, Integer> levelOf = new HashMap<>();

        Line(Levels<C> levels) {
            this.levels = levels;
            for (int i = 0; i < LEVELS; i++) {
                byLevel.add(new OrderedLine<>(Comparator.comparingLong(Waiter::sinceMs)));
            }
        }

        @Override
        public void enter(Waiter<C> waiter) {
            int level = levels.standing(waiter).level;
            levelOf.put(waiter, level);
            byLevel.get(level).enter(waiter);
        }

        @Override
        public void remove(Waiter<C> waiter) {
            Integer level = levelOf.remove(waiter);
            if (level != null) {
                byLevel.get(level).remove(waiter);
            }
        }

        @Override
        public @Nullable Waiter<C> first(Situation situation) {
            promoteTheStarving(situation.nowMs());
            for (OrderedLine<C> level : byLevel) {
                if (!level.isEmpty()) {
                    return level.head();
                }
            }
            return null;
        }

        private void promoteTheStarving(long nowMs) {
            for (OrderedLine<C> level : byLevel.subList(1, LEVELS)) {
                while (!level.isEmpty() && nowMs - level.head().sinceMs() > starveMs) {
                    Waiter<C> waiter = level.head();
                    level.remove(waiter);
                    Standing standing = levels.standing(waiter);
                    standing.level = 0;
                    standing.used = 0;
                    levelOf.put(waiter, 0);
                    byLevel.get(0).enter(waiter);
                }
            }
        }
    }
}
