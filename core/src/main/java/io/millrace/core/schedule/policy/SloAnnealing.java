package io.millrace.core.schedule.policy;

import io.millrace.core.request.Service;
import io.millrace.core.schedule.Candidate;
import io.millrace.core.schedule.Discipline;
import io.millrace.core.schedule.Situation;
import io.millrace.core.schedule.Waiter;
import io.millrace.core.schedule.WaitingLine;
import io.millrace.core.schedule.WaitingPolicy;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.SplittableRandom;

/**
 * Orders those that wait so that many meet their deadlines and all end early (SLO-aware scheduling,
 * 2504.14966, section 4): simulated annealing over the order and the cuts between batches, with
 *
 * <pre>
 * G = (number that meet their deadline) / (sum of all latencies)
 * </pre>
 *
 * <p>It starts from the better of arrival and shortest-first; the moves swap two, move one to the
 * batch before, or delay one to the batch after; a worse plan is taken with probability {@code
 * exp(-dG/T)}. Temperatures as the paper's: from 500 by 0.95 down to 20. The paper's G has no fixed
 * scale, so dG is taken in ten-thousandths of the G it starts from. Who has no deadline always
 * meets it.
 *
 * @param seed of its random moves: equal queues get equal plans
 */
public record SloAnnealing(long seed) implements WaitingPolicy {

    private static final int HORIZON = 48;

    @Override
    public String name() {
        return "slo-annealing";
    }

    @Override
    public boolean ordersDeadlines() {
        return true;
    }

    @Override
    public int horizon() {
        return HORIZON;
    }

    @Override
    public <C extends Candidate> Discipline<C> begin() {
        SplittableRandom random = new SplittableRandom(seed);
        return new Discipline<>() {
            @Override
            public WaitingLine<C> newLine() {
                return new PlannedLine<>(
                        (waiting, situation) -> plan(waiting, situation, random.split()),
                        HORIZON,
                        PlannedLine.Barrier.NONE);
            }
        };
    }

    private static <C extends Candidate> List<Waiter<C>> plan(
            List<Waiter<C>> waiting, Situation situation, SplittableRandom random) {
        Annealing.Job[] jobs =
                waiting.stream()
                        .map(waiter -> job(waiter.candidate(), situation.nowMs()))
                        .toArray(Annealing.Job[]::new);
        int[] order = Annealing.order(jobs, situation.maxSequences(), BatchTimes.TYPICAL, random);
        List<Waiter<C>> plan = new ArrayList<>(order.length);
        Arrays.stream(order).forEach(i -> plan.add(waiting.get(i)));
        // Half of it: what arrives meanwhile must not wait for all of them.
        return plan.subList(0, (plan.size() + 1) / 2);
    }

    private static Annealing.Job job(Candidate candidate, long nowMs) {
        long deadlineMs = candidate.service().deadlineMs();
        return new Annealing.Job(
                candidate.promptLength() + candidate.generatedLength(),
                Math.max(1, candidate.expectedRemaining()),
                deadlineMs == Service.NO_DEADLINE
                        ? Double.POSITIVE_INFINITY
                        : (double) deadlineMs - nowMs);
    }

    /** Shortest time alone first: where the search may begin. */
    static final Comparator<Annealing.Job> SHORTEST =
            Comparator.comparingDouble(
                    job -> BatchTimes.TYPICAL.serve(1, job.length(), job.answer()));
}
