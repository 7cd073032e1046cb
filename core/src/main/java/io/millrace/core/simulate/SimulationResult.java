package io.millrace.core.simulate;

import io.millrace.core.simulate.Sketch.Quantiles;
import java.util.List;

/**
 * What a policy did to a workload. Simulated time throughout.
 *
 * @param refused requests that no engine can hold
 * @param makespanSeconds until the last result
 * @param goodput requests per second that met their SLO
 * @param sloAttainment share of requests that met it
 * @param outputTokensPerSecond tokens of answers
 * @param jctMs from arrival to result
 * @param ttftMs from arrival to first token
 * @param queueMs from arrival to first start
 * @param steps of all engines
 * @param meanBatch sequences of a step
 * @param blockedSteps steps that had to take blocks away for lack of free ones
 * @param preemptions sequences that lost their blocks
 * @param pauses times that the policy let a running sequence wait again
 * @param cachedShare of all prompt tokens, those that a prefix store had
 * @param paddingWaste share of padding if each micro-batch were filled up to its longest prompt
 * @param largestGap the largest difference of service between two tenants that waited throughout
 * @param intervalMs between two points of the series
 * @param kvOccupancy share of the fullest engine's KV cache in use
 * @param fairnessGap service units, see {@link io.millrace.core.schedule.policy.ServiceGap}
 */
public record SimulationResult(
        String policy,
        long requests,
        long refused,
        double makespanSeconds,
        double requestsPerSecond,
        double goodput,
        double sloAttainment,
        double outputTokensPerSecond,
        Quantiles jctMs,
        Quantiles ttftMs,
        Quantiles queueMs,
        long steps,
        double meanBatch,
        long blockedSteps,
        long preemptions,
        long pauses,
        double cachedShare,
        double paddingWaste,
        double largestGap,
        double intervalMs,
        List<Double> kvOccupancy,
        List<Double> fairnessGap) {

    public SimulationResult {
        kvOccupancy = List.copyOf(kvOccupancy);
        fairnessGap = List.copyOf(fairnessGap);
    }
}
