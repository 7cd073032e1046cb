package io.millrace.core.speculate;

/**
 * How well one drafter guesses one request, see {@link AcceptanceStatistics}, which makes and feeds
 * it. One thread, that of the statistics.
 */
public final class RequestAcceptance {

    private static final double MEMORY = 0.9;
    private static final double PRIOR_TRIALS = 4;

    private final AcceptanceStatistics shared;
    private final double[] trials = new double[AcceptanceStatistics.MAX_DEPTH + 1];
    private final double[] accepted = new double[AcceptanceStatistics.MAX_DEPTH + 1];
    private final OddsTilt tilt = new OddsTilt(0.97, 6);

    RequestAcceptance(AcceptanceStatistics shared) {
        this.shared = shared;
    }

    /**
     * The share of this request's drafts that are right at a depth, where they were right above it
     * and reached it: an exponential average, drawn towards the drafter's while there is little
     * data.
     */
    public double rate(int depth) {
        int at = AcceptanceStatistics.row(depth);
        return (accepted[at] + PRIOR_TRIALS * shared.rate(depth)) / (trials[at] + PRIOR_TRIALS);
    }

    void observe(int depth, double hit) {
        int at = AcceptanceStatistics.row(depth);
        trials[at] = MEMORY * trials[at] + 1;
        accepted[at] = MEMORY * accepted[at] + hit;
    }

    OddsTilt tilt() {
        return tilt;
    }
}
