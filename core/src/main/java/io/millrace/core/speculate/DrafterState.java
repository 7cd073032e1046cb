package io.millrace.core.speculate;

import java.util.Arrays;

/** What a planner knows of one drafter. */
final class DrafterState {

    /** A drafter is presumed to be so much cheaper than its target until it was measured. */
    private static final double PRESUMED_SHARE = 0.1;

    private final DraftShape shape;
    private final AcceptanceStatistics acceptance = new AcceptanceStatistics();
    private final StepTimeModel time = new StepTimeModel();
    private final DraftProfile profile;
    private final double[] nodes = new double[NodeValues.COARSE_BINS];
    private final double[] sums = new double[NodeValues.COARSE_BINS];
    private double profileTilt = 1;
    private boolean enabled = true;
    private boolean warm;
    private int probes;
    private long lastProbe = Long.MIN_VALUE / 2;

    /**
     * What drafting so deep is expected to bring.
     *
     * @param goodput tokens per millisecond, draft included
     * @param nodes worth verifying per sequence
     */
    record Forecast(int depth, double goodput, double nodes) {}

    DrafterState(DraftShape shape) {
        this.shape = shape;
        this.profile = new DraftProfile(shape.maxDepth());
    }

    DraftShape shape() {
        return shape;
    }

    AcceptanceStatistics acceptance() {
        return acceptance;
    }

    DraftProfile profile() {
        return profile;
    }

    boolean isEnabled() {
        return enabled;
    }

    void disable() {
        enabled = false;
    }

    int probes() {
        return probes;
    }

    long lastProbe() {
        return lastProbe;
    }

    void probed(long step) {
        probes++;
        lastProbe = step;
    }

    /** Trials begin anew, as if the drafter were new. */
    void restartProbes() {
        probes = 0;
    }

    double draftMs(StepTimeModel target, int depth, int sequences, StepLoad load) {
        int calls = shape.calls(depth);
        long tokens = shape.tokens(depth, sequences);
        long kvTokens = kvTokens(calls, sequences, load);
        return time.observations() > 0
                ? time.predictMs(calls, tokens, kvTokens)
                : PRESUMED_SHARE * target.predictMs(calls, tokens, kvTokens);
    }

    /** Returns false for the first draft ever, whose time says nothing: it loads and compiles. */
    boolean observe(int depth, int sequences, StepLoad load, double ms) {
        boolean counts = warm;
        if (warm && ms > 0) {
            int calls = shape.calls(depth);
            time.observe(
                    calls, shape.tokens(depth, sequences), kvTokens(calls, sequences, load), ms);
        }
        warm = true;
        return counts;
    }

    /** The best depth for so many sequences. */
    Forecast forecast(StepCost cost, StepTimeModel target, int sequences) {
        profile.tilt(acceptance.tilt() / profileTilt);
        profileTilt = acceptance.tilt();
        StepLoad load = cost.load();
        Forecast best = new Forecast(1, 0, 0);
        Arrays.fill(nodes, 0);
        Arrays.fill(sums, 0);
        for (int depth = 1; depth <= shape.maxDepth(); depth++) {
            profile.addTo(depth, nodes, sums);
            double draftMs = draftMs(target, depth, sequences, load);
            int extra = shape.extraTokens() * sequences;
            double count = 0;
            double gain = 0;
            for (int bin = NodeValues.COARSE_BINS - 1; bin >= 0; bin--) {
                if (nodes[bin] == 0) {
                    continue;
                }
                double room = load.maxNodes() / (double) sequences - count;
                double share = Math.min(1, room / nodes[bin]);
                count += share * nodes[bin];
                gain += share * sums[bin];
                double goodput =
                        (load.sequences() + sequences * gain)
                                / (draftMs + cost.verifyMs(sequences * count + extra));
                if (goodput > best.goodput()) {
                    best = new Forecast(depth, goodput, count);
                }
                if (share < 1) {
                    break;
                }
            }
        }
        return best;
    }

    private static long kvTokens(int calls, int sequences, StepLoad load) {
        return calls * load.kvTokens() * sequences / Math.max(1, load.sequences());
    }
}
