package io.millrace.core.speculate;

/** What one step takes, as a function of how many drafted tokens it verifies. */
final class StepCost {

    private final StepTimeModel target;
    private final StepLoad load;
    private final double plainMs;
    private final double decodeMs;

    StepCost(StepTimeModel target, StepLoad load) {
        this.target = target;
        this.load = load;
        this.plainMs = target.predictMs(1, load.plainTokens(), load.kvTokens());
        this.decodeMs = target.predictMs(1, load.sequences(), load.kvTokens());
    }

    StepLoad load() {
        return load;
    }

    /** All of the step without speculation. */
    double plainMs() {
        return plainMs;
    }

    /** The same without its prompt tokens, which take their time whatever is speculated. */
    double decodeMs() {
        return decodeMs;
    }

    /** Tokens per millisecond without speculation. */
    double plainGoodput() {
        return load.sequences() / decodeMs;
    }

    /**
     * Decoding and verifying so many drafted tokens. Beside a prompt, a large number that is known
     * roughly, the drafted ones are taken to cost no less than without it.
     */
    double verifyMs(double nodes) {
        int drafted = (int) Math.ceil(nodes);
        double alone = target.predictMs(1, load.sequences() + drafted, load.kvTokens());
        if (load.prefillTokens() == 0) {
            return alone;
        }
        double together = target.predictMs(1, load.plainTokens() + drafted, load.kvTokens());
        return Math.max(alone, decodeMs + together - plainMs);
    }
}
