package io.millrace.core.speculate;

import static io.millrace.core.internal.Arguments.check;

/**
 * How long a step took.
 *
 * @param draftMs all of the drafter's work for this step, milliseconds; 0 where it did none
 * @param verifyMs the target's work, acceptance included, milliseconds; the plain step where
 *     nothing was drafted
 */
public record StepTimes(double draftMs, double verifyMs) {

    public StepTimes {
        check(draftMs >= 0 && Double.isFinite(draftMs), "draftMs", draftMs, "finite, at least 0");
        check(verifyMs > 0 && Double.isFinite(verifyMs), "verifyMs", verifyMs, "finite, above 0");
    }
}
