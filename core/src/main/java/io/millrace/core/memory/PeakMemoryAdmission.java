package io.millrace.core.memory;

import static io.millrace.core.internal.Arguments.check;

import java.util.Arrays;
import java.util.Comparator;
import java.util.List;

/**
 * Admits by the predicted peak (Past-Future, ASPLOS'25): sequences end one after the other, so the
 * pool is fullest just before one of them ends. With {@code n} sequences in descending order of
 * what remains, just before number {@code k} ends the first {@code k} are alive and have grown by
 * {@code remaining_k} tokens each.
 *
 * <p>The sum is over whole blocks, not tokens, and exact. A sequence that is still being prefilled
 * grows later than the formula assumes; its delay is added to what remains, which errs on the safe
 * side. So a step runs out of blocks only if a sequence outgrew its prediction.
 */
public final class PeakMemoryAdmission implements Admission {

    private final double reserve;

    /**
     * Keeps a share of the pool free for wrong predictions.
     *
     * @param reserve in [0, 0.5]; Past-Future uses 0.03 to 0.1
     */
    public PeakMemoryAdmission(double reserve) {
        check(reserve >= 0 && reserve <= 0.5, "reserve", reserve, "0 to 0.5");
        this.reserve = reserve;
    }

    @Override
    public long peakBlocks(List<Demand> demands, int blockTokens) {
        Demand[] byRemaining = demands.toArray(Demand[]::new);
        Arrays.sort(
                byRemaining, Comparator.comparingLong(PeakMemoryAdmission::remaining).reversed());
        // Of the sequences so far: whole blocks, and how many have how many tokens beyond them.
        long fullBlocks = 0;
        int[] tails = new int[blockTokens];
        long peak = 0;
        for (int k = 0; k < byRemaining.length; k++) {
            fullBlocks += byRemaining[k].held() / blockTokens;
            tails[byRemaining[k].held() % blockTokens]++;
            long grown = remaining(byRemaining[k]);
            long blocks = fullBlocks + (k + 1) * (grown / blockTokens);
            int rest = (int) (grown % blockTokens);
            for (int tail = 0; tail < blockTokens; tail++) {
                blocks += (long) tails[tail] * ((tail + rest + blockTokens - 1) / blockTokens);
            }
            peak = Math.max(peak, blocks);
        }
        return peak;
    }

    @Override
    public int plannable(int poolBlocks) {
        return (int) (poolBlocks * (1 - reserve));
    }

    private static long remaining(Demand demand) {
        return (long) demand.predictedRemaining() + demand.delaySteps();
    }
}
