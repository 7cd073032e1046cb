package io.millrace.core.schedule;

import static io.millrace.core.internal.Arguments.check;

/**
 * Limits of an engine's step.
 *
 * @param maxSequences the most sequences that run at the same time
 * @param tokenBudget the most tokens that one step computes (Sarathi-Serve): small steps keep
 *     running answers flowing while long prompts are prefilled
 * @param chunkAlignment a chunk of a prompt that is not its last is a multiple of this, where the
 *     budget allows; 1 for any size
 * @param queueAhead sequences that may wait beside the running ones, so that one that ends is
 *     followed by another in the very next step
 * @param maxOvertakes a waiting sequence is overdue once so many others have started beyond those
 *     that waited when it came; the overdue start before all others, whatever the policy says
 */
public record SchedulingSettings(
        int maxSequences, int tokenBudget, int chunkAlignment, int queueAhead, int maxOvertakes) {

    /** Overtakes that are allowed unless something else is asked for. */
    public static final int DEFAULT_MAX_OVERTAKES = 1_000;

    public SchedulingSettings {
        check(maxSequences >= 1, "maxSequences", maxSequences, "at least 1");
        check(
                tokenBudget >= maxSequences,
                "tokenBudget",
                tokenBudget,
                "at least maxSequences, " + maxSequences + ", so that every answer can grow");
        check(chunkAlignment >= 1, "chunkAlignment", chunkAlignment, "at least 1");
        check(queueAhead >= 0, "queueAhead", queueAhead, "at least 0");
        check(maxOvertakes >= 0, "maxOvertakes", maxOvertakes, "at least 0");
    }

    /** So many sequences and tokens per step; everything else as usual. */
    public static SchedulingSettings of(int maxSequences, int tokenBudget) {
        return new SchedulingSettings(
                maxSequences, tokenBudget, 1, Math.max(1, maxSequences / 8), DEFAULT_MAX_OVERTAKES);
    }

    /** How many of a prompt's remaining tokens to compute with what is left of the budget. */
    int chunk(int remaining, int budget) {
        if (remaining <= budget) {
            return remaining;
        }
        int aligned = budget - budget % chunkAlignment;
        return aligned > 0 ? aligned : budget;
    }
}
