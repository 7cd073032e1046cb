package io.millrace.core.speculate;

/**
 * By how much the odds of a forecast must be multiplied to fit what lately happened: a logistic
 * regression with nothing but an intercept, fitted online with forgetting (one Newton step per
 * batch of outcomes, as in recursive least squares).
 */
final class OddsTilt {

    private static final double MAX_BIAS = 4;

    /** Draws the tilt back to none: in the long run the forecast itself must learn. */
    private static final double RETURN = 0.998;

    private final double memory;
    private final double prior;
    private double bias;
    private double information;
    private double surplus;
    private double spread;
    private double factor = 1;

    /**
     * A tilt of 1.
     *
     * @param memory what a batch of outcomes still weighs after the next, below 1
     * @param prior how much data, as summed p(1-p), weighs as much as the belief in no tilt
     */
    OddsTilt(double memory, double prior) {
        this.memory = memory;
        this.prior = prior;
    }

    double factor() {
        return factor;
    }

    void outcome(double forecast, double hit) {
        surplus += hit - forecast;
        spread += forecast * (1 - forecast);
    }

    void endBatch() {
        information = memory * information + spread;
        double next = RETURN * bias + surplus / (information + prior);
        bias = Math.max(-MAX_BIAS, Math.min(MAX_BIAS, next));
        factor = Math.exp(bias);
        surplus = 0;
        spread = 0;
    }
}
