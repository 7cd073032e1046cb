package io.millrace.core.speculate;

import static io.millrace.core.internal.Arguments.check;

/**
 * What a drafter's confidence is worth: turns the probability that it gives a token into the
 * probability that the target accepts the token.
 *
 * <p>Drafters are overconfident, the more the deeper they guess, and some requests are easier than
 * others. So a confidence falls into one of sixteen bins; each bin has the observed acceptance, per
 * depth, drawn towards the bin's over all depths, and that towards the confidence itself, for as
 * long as there is little data. On top, the odds are tilted by how the drafter did lately and by
 * how this request did ({@link OddsTilt}). All of it forgets exponentially.
 *
 * <p>An instance is one drafter's, shared by all requests. One thread.
 */
public final class AcceptanceStatistics {

    /** Deeper nodes are treated like those of this depth. */
    private static final int MAX_DEPTH = 10;

    private static final int BINS = 16;
    private static final double BINS_PER_ROOT = 6.5;
    private static final double MEMORY = 1 - 1.0 / 600;
    private static final double PRIOR_TRIALS = 6;
    private static final double MIN_RATE = 1e-3;
    private static final double MAX_RATE = 0.995;

    /** Row 0 is over all depths, row d of depth d; 16 bins a row. */
    private final double[] cellTrials = new double[(MAX_DEPTH + 1) * BINS];

    private final double[] cellAccepted = new double[(MAX_DEPTH + 1) * BINS];
    private final double[] cellOdds = new double[(MAX_DEPTH + 1) * BINS];
    private final OddsTilt tilt = new OddsTilt(0.99, 8);

    /** Bit b: bin b has counts that its odds do not know yet. */
    private int changed;

    /** Statistics without data: every confidence is believed. */
    public AcceptanceStatistics() {
        for (int bin = 0; bin < BINS; bin++) {
            refresh(bin);
        }
    }

    /** Statistics of one request more. */
    public RequestAcceptance newRequest() {
        return new RequestAcceptance();
    }

    /**
     * The probability that a token is accepted if its parent is.
     *
     * @param depth of the token, 1 for a child of the root
     * @param logProbability of the token given its parent, under the drafter
     * @return above 0, below 1
     */
    public double acceptance(RequestAcceptance request, int depth, double logProbability) {
        return acceptance(tilt(request), depth, logProbability);
    }

    /** How the odds lately differ from the table's, over all requests. */
    double tilt() {
        return tilt.factor();
    }

    /** How a request's odds differ from the table's. */
    double tilt(RequestAcceptance request) {
        return tilt.factor() * request.tilt().factor();
    }

    double acceptance(double tilt, int depth, double logProbability) {
        double odds = tilt * cellOdds[row(depth) * BINS + bin(logProbability)];
        return odds / (1 + odds);
    }

    /**
     * Learns from what followed a draft. Every child of a node that turned out right tells
     * something, also one that was not verified: the next token is known there.
     *
     * @param tokens what was emitted after the root, at least one token; the last of them may or
     *     may not be in the tree
     */
    public void observe(RequestAcceptance request, TokenTree draft, int[] tokens) {
        check(tokens.length > 0, "tokens.length", 0, "at least 1");
        int node = 0;
        for (int i = 0; i < tokens.length && node >= 0 && !draft.isLeaf(node); i++) {
            int next = draft.childWithToken(node, tokens[i]);
            for (int c = 0; c < draft.childCount(node); c++) {
                int child = draft.child(node, c);
                observeChild(request, draft, child, child == next ? 1 : 0);
            }
            node = next;
        }
        tilt.endBatch();
        request.tilt().endBatch();
        for (int bin = 0; bin < BINS; bin++) {
            if ((changed >> bin & 1) != 0) {
                refresh(bin);
            }
        }
        changed = 0;
    }

    private void observeChild(RequestAcceptance request, TokenTree draft, int child, double hit) {
        int depth = draft.depth(child);
        double logProbability = draft.logProbability(child);
        double forecast = acceptance(tilt(request), depth, logProbability);
        tilt.outcome(forecast, hit);
        request.tilt().outcome(forecast, hit);
        int bin = bin(logProbability);
        count(bin, hit);
        count(row(depth) * BINS + bin, hit);
        changed |= 1 << bin;
    }

    private void count(int cell, double hit) {
        cellTrials[cell] = MEMORY * cellTrials[cell] + 1;
        cellAccepted[cell] = MEMORY * cellAccepted[cell] + hit;
    }

    /** Recomputes a bin's odds at every depth. */
    private void refresh(int bin) {
        double overall = smoothed(bin, Math.exp(-square((bin + 0.5) / BINS_PER_ROOT)));
        for (int row = 1; row <= MAX_DEPTH; row++) {
            int cell = row * BINS + bin;
            double rate = smoothed(cell, overall);
            double bounded = Math.max(MIN_RATE, Math.min(MAX_RATE, rate));
            cellOdds[cell] = bounded / (1 - bounded);
        }
    }

    private double smoothed(int cell, double prior) {
        return (cellAccepted[cell] + PRIOR_TRIALS * prior) / (cellTrials[cell] + PRIOR_TRIALS);
    }

    /** Even in the root of the negative logarithm: fine where confidence is high. */
    private static int bin(double logProbability) {
        return (int) Math.min(BINS - 1, BINS_PER_ROOT * Math.sqrt(Math.max(0, -logProbability)));
    }

    private static int row(int depth) {
        return Math.max(1, Math.min(MAX_DEPTH, depth));
    }

    private static double square(double x) {
        return x * x;
    }
}
