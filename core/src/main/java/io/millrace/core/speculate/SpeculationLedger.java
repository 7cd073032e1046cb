package io.millrace.core.speculate;

/**
 * Keeps speculation from costing time whatever the forecasts say: what a speculating step saves
 * over plain decoding is credited, what it loses is charged, every step earns a small allowance,
 * and without credit there is no speculation.
 *
 * <p>INVARIANT: since the start, the time lost is at most the allowance, the first credit and one
 * step; the credit is bounded, so that a long success does not pay for a long failure.
 */
final class SpeculationLedger {

    private static final double MAX_STEPS = 8;
    private static final double FIRST_STEPS = 3;

    private final double allowance;
    private double creditMs;
    private double stepMs;

    SpeculationLedger(double allowance) {
        this.allowance = allowance;
    }

    /** Whether a trial that may lose so much is allowed. */
    boolean affords(double lossMs) {
        return creditMs >= lossMs;
    }

    boolean isPositive() {
        return creditMs > 0;
    }

    /** A step without speculation, for so many sequences. */
    void plain(double ms, int sequences) {
        if (stepMs == 0) {
            // One step of loss, and for few sequences more: what they gain varies more.
            creditMs = (1 + FIRST_STEPS / sequences) * ms;
        }
        stepMs = ms;
        add(allowance * ms);
    }

    /** A step with it, which saved so much over plain decoding, or lost it if negative. */
    void speculative(double ms, double savedMs) {
        add(allowance * ms + savedMs);
    }

    private void add(double ms) {
        creditMs = Math.min(MAX_STEPS * stepMs, creditMs + ms);
    }
}
