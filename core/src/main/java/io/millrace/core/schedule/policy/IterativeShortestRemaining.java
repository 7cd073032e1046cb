package io.millrace.core.schedule.policy;

import static io.millrace.core.internal.Arguments.check;

import io.millrace.core.schedule.Candidate;
import io.millrace.core.schedule.Discipline;
import io.millrace.core.schedule.Situation;
import io.millrace.core.schedule.Waiter;
import io.millrace.core.schedule.WaitingLine;
import io.millrace.core.schedule.WaitingPolicy;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The shortest predicted rest of the answer first, decided anew every {@value #ITERATION} tokens
 * (ELIS, 2505.09142, section 4: iterative shortest remaining time first). A running answer that has
 * had its iteration waits again where one that waits has so much less to do.
 *
 * <p>The paper lets long answers starve. Here each second of waiting is worth some tokens: the
 * order is that of {@code remaining - ageing * waited}. Since all wait at the same pace, that is
 * the order of {@code remaining + ageing * arrival}, which does not change while they wait.
 *
 * @param ageing tokens that a second of waiting is worth, at least 0
 * @param margin tokens that the one that waits must have less to do for a running one to give way
 */
public record IterativeShortestRemaining(double ageing, double margin) implements WaitingPolicy {

    /** Tokens after which a running answer may have to wait; the paper's K. */
    static final int ITERATION = 50;

    /** Ageing unless something else is asked for. */
    static final double AGEING = 0.5;

    /** Margin unless something else is asked for. */
    static final double MARGIN = 400;

    public IterativeShortestRemaining {
        check(margin >= 0, "margin", margin, "at least 0 tokens");
        check(ageing >= 0, "ageing", ageing, "at least 0 tokens for a second");
    }

    @Override
    public String name() {
        return "isrtf";
    }

    @Override
    public boolean repredicts() {
        return true;
    }

    @Override
    public int horizon() {
        return 64;
    }

    @Override
    public <C extends Candidate> Discipline<C> begin() {
        return new Iterations<>();
    }

    private double urgency(Candidate candidate) {
        return candidate.expectedRemaining() + ageing * candidate.arrivalMs() / 1000;
    }

    private final class Iterations<C extends Candidate> implements Discipline<C> {
        private final Map<Waiter<C>, Integer> tokensSinceStart = new HashMap<>();

        @Override
        public WaitingLine<C> newLine() {
            return OrderedLine.by((left, right) -> Double.compare(urgency(left), urgency(right)));
        }

        @Override
        public void started(Waiter<C> waiter, int cachedTokens) {
            tokensSinceStart.put(waiter, 0);
        }

        @Override
        public void generated(Waiter<C> waiter, int tokens) {
            tokensSinceStart.merge(waiter, tokens, Integer::sum);
        }

        @Override
        public void ended(Waiter<C> waiter) {
            tokensSinceStart.remove(waiter);
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
            Waiter<C> longest = null;
            for (Waiter<C> waiter : running) {
                if (tokensSinceStart.getOrDefault(waiter, 0) >= ITERATION
                        && (longest == null
                                || urgency(waiter.candidate()) > urgency(longest.candidate()))) {
                    longest = waiter;
                }
            }
            // A change may cost the cache of the one that gives way.
            boolean worthIt =
                    longest != null
                            && urgency(longest.candidate()) > urgency(next.candidate()) + margin
                            && situation.mayTakeThePlaceOf(longest.candidate(), next.candidate());
            return worthIt && longest != null ? List.of(longest) : List.of();
        }
    }
}
