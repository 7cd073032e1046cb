package io.millrace.core.schedule.policy;

import static io.millrace.core.internal.Arguments.check;

import io.millrace.core.request.Service;
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
 * SLO and output-driven dynamic batching (UELLM's SLO-ODBS, 2409.14961, Algorithm 1): sorts by time
 * left and answer length, then lets a batch grow while
 *
 * <pre>
 * w1*T_l + w2*T_o at most the threshold
 * T_l = (sum of SLO_i    + largest SLO)    * (|batch| + 1) * L1       SLO_i: time left, seconds
 * T_o = (sum of Length_i + largest length) * (|batch| + 1) * L2       Length_i: answer, tokens
 * </pre>
 *
 * <p>so that a batch holds few that are slow and many that are quick. Batches are static, as in the
 * paper: the next begins when nothing of the last one runs. Who has no deadline counts with {@value
 * #NO_DEADLINE_S} s. w1 = w2 = L1 = 1 and L2 = 0.1, so that a second weighs as much as ten tokens.
 *
 * @param threshold in seconds times sequences, above 0
 */
public record SloBatching(double threshold) implements WaitingPolicy {

    static final double THRESHOLD = 20_000;
    private static final double SECONDS_PER_TOKEN = 0.1;
    private static final double NO_DEADLINE_S = 60;
    private static final int HORIZON = 512;

    public SloBatching {
        check(threshold > 0, "threshold", threshold, "above 0");
    }

    @Override
    public String name() {
        return "slo-odbs";
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
        return new Discipline<>() {
            @Override
            public WaitingLine<C> newLine() {
                return new PlannedLine<>(
                        (waiting, situation) -> batch(waiting, situation),
                        HORIZON,
                        PlannedLine.Barrier.STATIC_BATCHES);
            }
        };
    }

    private <C extends Candidate> List<Waiter<C>> batch(
            List<Waiter<C>> waiting, Situation situation) {
        List<Waiter<C>> sorted = new ArrayList<>(waiting);
        sorted.sort(
                Comparator.<Waiter<C>>comparingDouble(
                                waiter -> secondsLeft(waiter.candidate(), situation.nowMs()))
                        .thenComparingInt(waiter -> waiter.candidate().expectedRemaining())
                        .thenComparingLong(Waiter::ticket));
        List<Waiter<C>> batch = new ArrayList<>();
        double slo = 0;
        double largestSlo = 0;
        double length = 0;
        double largestLength = 0;
        for (Waiter<C> waiter : sorted) {
            double left = secondsLeft(waiter.candidate(), situation.nowMs());
            double answer = waiter.candidate().expectedRemaining() * SECONDS_PER_TOKEN;
            slo += left;
            length += answer;
            largestSlo = Math.max(largestSlo, left);
            largestLength = Math.max(largestLength, answer);
            double cost = (slo + largestSlo + length + largestLength) * (batch.size() + 1);
            if (!batch.isEmpty()
                    && (cost > threshold || batch.size() == situation.maxSequences())) {
                break;
            }
            batch.add(waiter);
        }
        return batch;
    }

    private static double secondsLeft(Candidate candidate, long nowMs) {
        long deadlineMs = candidate.service().deadlineMs();
        return deadlineMs == Service.NO_DEADLINE
                ? NO_DEADLINE_S
                : Math.max(0, (deadlineMs - nowMs) / 1000.0);
    }
}
