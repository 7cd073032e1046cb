package io.millrace.core.schedule.policy;

import io.millrace.core.schedule.Candidate;
import io.millrace.core.schedule.Discipline;
import io.millrace.core.schedule.Situation;
import io.millrace.core.schedule.Waiter;
import io.millrace.core.schedule.WaitingLine;
import io.millrace.core.schedule.WaitingPolicy;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * Batches for prompts and answers that both vary (Sorted-F, 2508.06133, section 4): forms the batch
 * {@code X} that fits the KV cache, see {@link PeakMemory}, and has the least
 *
 * <pre>
 * F(X) = (sum of o_i over X) / |X|^2         o_i: the predicted answer, tokens
 * </pre>
 *
 * <p>and starts its members in ascending {@code o_i}; then the next batch of the rest. Where
 * shortest-first lets one long prompt displace many short ones, F does not.
 *
 * <p>Finding the least F is hard; as the paper does for larger queues, this grows batches greedily
 * in several orders (answer, prompt + answer, and their product; each also without the longest
 * prompts: the quantile greedy) and then improves the best by swapping members for others.
 */
public final class SortedF implements WaitingPolicy {

    private static final int HORIZON = 128;
    private static final double[] QUANTILES = {0.5, 0.8, 1};

    @Override
    public String name() {
        return "sorted-f";
    }

    @Override
    public int horizon() {
        return HORIZON;
    }

    @Override
    public <C extends Candidate> Discipline<C> begin() {
        return new Discipline<>() {
            @Override
            public WaitingLine<C> newLine() {
                return new PlannedLine<>(SortedF::batch, HORIZON, PlannedLine.Barrier.NONE);
            }
        };
    }

    /** The batch with the least F found, in ascending order of answers. */
    static <C extends Candidate> List<Waiter<C>> batch(
            List<Waiter<C>> waiting, Situation situation) {
        List<Comparator<Waiter<C>>> orders =
                List.of(
                        Comparator.comparingLong(SortedF::answer),
                        Comparator.comparingLong(w -> answer(w) + prompt(w)),
                        Comparator.comparingLong(w -> answer(w) * (answer(w) + prompt(w))));
        List<Waiter<C>> best = List.of();
        for (double quantile : QUANTILES) {
            List<Waiter<C>> candidates = withoutLongest(waiting, quantile);
            for (Comparator<Waiter<C>> order : orders) {
                candidates.sort(order.thenComparingLong(Waiter::ticket));
                List<Waiter<C>> batch = greedy(candidates, situation);
                if (best.isEmpty() || f(batch) < f(best)) {
                    best = batch;
                }
            }
        }
        List<Waiter<C>> improved = improve(new ArrayList<>(best), waiting, situation);
        improved.sort(
                Comparator.<Waiter<C>>comparingLong(SortedF::answer)
                        .thenComparingLong(Waiter::ticket));
        return improved;
    }

    /** F of a batch; infinite for none. */
    static <C extends Candidate> double f(List<Waiter<C>> batch) {
        double answers = 0;
        for (Waiter<C> waiter : batch) {
            answers += answer(waiter);
        }
        return batch.isEmpty() ? Double.POSITIVE_INFINITY : answers / batch.size() / batch.size();
    }

    private static <C extends Candidate> List<Waiter<C>> withoutLongest(
            List<Waiter<C>> waiting, double quantile) {
        List<Waiter<C>> byPrompt = new ArrayList<>(waiting);
        byPrompt.sort(Comparator.comparingLong(SortedF::prompt));
        int kept = Math.max(1, (int) Math.ceil(quantile * byPrompt.size()));
        return new ArrayList<>(byPrompt.subList(0, kept));
    }

    // Adding one lowers F as long as its answer is below about twice the mean.
    private static <C extends Candidate> List<Waiter<C>> greedy(
            List<Waiter<C>> inOrder, Situation situation) {
        PeakMemory memory = new PeakMemory(List.of());
        List<Waiter<C>> batch = new ArrayList<>();
        double f = Double.POSITIVE_INFINITY;
        for (Waiter<C> waiter : inOrder) {
            if (batch.size() >= situation.maxSequences()) {
                break;
            }
            if (!batch.isEmpty() && memory.with(waiter.candidate()) > situation.kvTokens()) {
                continue;
            }
            batch.add(waiter);
            double grown = f(batch);
            if (grown > f) {
                batch.remove(batch.size() - 1);
            } else {
                f = grown;
                memory.add(waiter.candidate());
            }
        }
        return batch;
    }

    private static <C extends Candidate> List<Waiter<C>> improve(
            List<Waiter<C>> batch, List<Waiter<C>> waiting, Situation situation) {
        List<Waiter<C>> others = new ArrayList<>(waiting);
        others.removeAll(batch);
        others.sort(Comparator.comparingLong(SortedF::answer));
        for (int i = 0; i < batch.size(); i++) {
            Waiter<C> member = batch.get(i);
            for (Waiter<C> other : others) {
                if (answer(other) >= answer(member)) {
                    break;
                }
                batch.set(i, other);
                if (fits(batch, situation)) {
                    others.remove(other);
                    others.add(member);
                    others.sort(Comparator.comparingLong(SortedF::answer));
                    break;
                }
                batch.set(i, member);
            }
        }
        return batch;
    }

    private static <C extends Candidate> boolean fits(List<Waiter<C>> batch, Situation situation) {
        PeakMemory memory =
                new PeakMemory(
                        batch.subList(1, batch.size()).stream().map(Waiter::candidate).toList());
        return memory.with(batch.get(0).candidate()) <= situation.kvTokens();
    }

    private static long answer(Waiter<?> waiter) {
        return Math.max(1, waiter.candidate().expectedRemaining());
    }

    private static long prompt(Waiter<?> waiter) {
        return (long) waiter.candidate().promptLength() + waiter.candidate().generatedLength();
    }
}
