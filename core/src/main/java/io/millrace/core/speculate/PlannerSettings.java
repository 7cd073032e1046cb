package io.millrace.core.speculate;

import static io.millrace.core.internal.Arguments.check;

/**
 * How bold a {@link GoodputPlanner} is.
 *
 * @param maxLoss the share of the time that trying may cost, whatever the forecasts say
 * @param minGain the share by which a forecast must exceed plain decoding for speculation to start;
 *     it goes on for as long as it is no worse
 * @param plainInterval speculating steps between two plain ones, which keep the measure that
 *     speculation is held against
 * @param exploreInterval speculating steps between two that draft as deep as the drafter can
 * @param probeInterval the most steps between two trials of a drafter that is not in use, where
 *     {@code maxLoss} allows them; cheap trials come more often
 */
public record PlannerSettings(
        double maxLoss, double minGain, int plainInterval, int exploreInterval, int probeInterval) {

    /** For the engine. */
    public static final PlannerSettings DEFAULT = new PlannerSettings(0.01, 0.02, 128, 64, 64);

    public PlannerSettings {
        check(maxLoss > 0 && maxLoss < 1, "maxLoss", maxLoss, "above 0, below 1");
        check(minGain >= 0 && minGain < 1, "minGain", minGain, "at least 0, below 1");
        check(plainInterval >= 2, "plainInterval", plainInterval, "at least 2");
        check(exploreInterval >= 2, "exploreInterval", exploreInterval, "at least 2");
        check(probeInterval >= 1, "probeInterval", probeInterval, "at least 1");
    }
}
