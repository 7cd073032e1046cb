package io.millrace.core.schedule.policy;

import static io.millrace.core.internal.Arguments.check;

import io.millrace.core.schedule.Candidate;
import io.millrace.core.schedule.Discipline;
import io.millrace.core.schedule.Situation;
import io.millrace.core.schedule.Waiter;
import io.millrace.core.schedule.WaitingLine;
import io.millrace.core.schedule.WaitingPolicy;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Slice-level scheduling (SCLS, 2406.13511): answers are cut into slices of the same number of
 * tokens; {@link SliceBatcher} forms static batches; each runs for one slice, after which those
 * that have not ended wait again. So the time of a batch is known though answer lengths are not.
 *
 * <p>Of the batches that the batcher forms, the one with the earliest arrival is served; the others
 * are formed anew after it, with what has arrived meanwhile. Every engine has a queue of its own,
 * so the paper's offloader, which spreads batches over engines, has nothing to spread.
 *
 * @param slice tokens of a slice, at least 1
 */
public record SliceLevel(int slice) implements WaitingPolicy {

    static final int SLICE = 128;
    private static final int HORIZON = 512;

    public SliceLevel {
        check(slice >= 1, "slice", slice, "at least 1 token");
    }

    @Override
    public String name() {
        return "scls";
    }

    @Override
    public int horizon() {
        return HORIZON;
    }

    @Override
    public <C extends Candidate> Discipline<C> begin() {
        return new Slices<>();
    }

    private final class Slices<C extends Candidate> implements Discipline<C> {
        private final SliceBatcher batcher = new SliceBatcher(BatchTimes.TYPICAL, slice);
        private final Map<Waiter<C>, Integer> left = new HashMap<>();

        @Override
        public WaitingLine<C> newLine() {
            return new PlannedLine<>(this::next, HORIZON, PlannedLine.Barrier.STATIC_BATCHES);
        }

        @Override
        public void started(Waiter<C> waiter, int cachedTokens) {
            left.put(waiter, slice);
        }

        @Override
        public void generated(Waiter<C> waiter, int tokens) {
            left.computeIfPresent(waiter, (w, tokensLeft) -> tokensLeft - tokens);
        }

        @Override
        public void ended(Waiter<C> waiter) {
            left.remove(waiter);
        }

        @Override
        public boolean pauses() {
            return true;
        }

        @Override
        public List<Waiter<C>> toPause(
                Collection<Waiter<C>> running, @Nullable Waiter<C> next, Situation situation) {
            return running.stream().filter(waiter -> left.getOrDefault(waiter, 1) <= 0).toList();
        }

        private List<Waiter<C>> next(List<Waiter<C>> waiting, Situation situation) {
            List<List<Waiter<C>>> batches =
                    batcher.batches(
                            waiting,
                            waiter ->
                                    waiter.candidate().promptLength()
                                            + waiter.candidate().generatedLength(),
                            situation.maxSequences(),
                            situation.kvTokens());
            Comparator<Waiter<C>> byArrival = Comparator.comparingLong(Waiter::ticket);
            return batches.stream()
                    .min(
                            Comparator.comparing(
                                    batch -> batch.stream().min(byArrival).orElseThrow(),
                                    byArrival))
                    .orElseThrow();
        }
    }
}
