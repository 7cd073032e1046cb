package io.millrace.job.local;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.millrace.core.engine.StepSums;
import io.millrace.operators.report.Figure;
import io.millrace.operators.report.Report;
import java.util.List;
import java.util.Map;

/**
 * What a run did: the object that {@code --report} writes. Names and meanings are stable.
 *
 * @param wallSeconds from the first request read to the last result written
 * @param engineSeconds time inside engine steps
 * @param meanBatch sequences per step
 * @param meanAcceptedPerStep tokens that one sequence gains per step of its own
 * @param speculatingSteps steps in which something was drafted
 * @param stepsByDrafter those steps by the drafter that the planner chose
 * @param draftSeconds time in which was drafted, part of {@code engineSeconds}
 * @param acceptanceByDepth how often a token drafted at depth 1, 2, ... was accepted
 * @param paddingWaste share of the attended KV slots that were padding
 * @param prediction how good predicted lengths were
 * @param stepLog what {@code simulate --fit} needs
 * @param dtype form of the weights
 */
public record RunReport(
        long requests,
        long succeeded,
        long errored,
        long inputTokens,
        long outputTokens,
        double wallSeconds,
        double engineSeconds,
        double outputTokensPerSecond,
        double totalTokensPerSecond,
        long steps,
        double meanBatch,
        double meanAcceptedPerStep,
        long draftedTokens,
        long acceptedTokens,
        long speculatingSteps,
        Map<String, Long> stepsByDrafter,
        double draftSeconds,
        List<Double> acceptanceByDepth,
        double paddingWaste,
        long preemptions,
        long peakKvBlocks,
        @JsonProperty("jct_ms") CompletionTimes jctMs,
        Prediction prediction,
        StepLog stepLog,
        String policy,
        String speculation,
        String model,
        String dtype,
        String device) {

    /** What a job reported. */
    public static RunReport of(Report report, RunLabels labels) {
        double seconds = report.wallSeconds();
        long input = report.get(Figure.INPUT_TOKENS);
        long output = report.get(Figure.OUTPUT_TOKENS);
        long accepted = report.get(Figure.ACCEPTED_TOKENS);
        return new RunReport(
                report.get(Figure.REQUESTS),
                report.get(Figure.SUCCEEDED),
                report.get(Figure.ERRORED),
                input,
                output,
                seconds,
                report.engineSeconds(),
                perSecond(output, seconds),
                perSecond(input + output, seconds),
                report.get(Figure.STEPS),
                report.meanBatch(),
                meanAccepted(report.get(Figure.DECODE_TOKENS), accepted),
                report.get(Figure.DRAFTED_TOKENS),
                accepted,
                report.get(Figure.SPECULATING_STEPS),
                report.stepsByDrafter(),
                report.get(Figure.DRAFT_NANOS) / 1e9,
                report.acceptanceByDepth(),
                report.paddingWaste(),
                report.get(Figure.PREEMPTIONS),
                report.peakKvBlocks(),
                new CompletionTimes(
                        report.jctMeanMs(),
                        report.jctQuantileMs(0.5),
                        report.jctQuantileMs(0.9),
                        report.jctQuantileMs(0.99)),
                new Prediction(
                        report.get(Figure.PREDICTED_ANSWERS),
                        report.predictionErrorTokens(),
                        report.get(Figure.TRAINED_PREDICTIONS),
                        report.get(Figure.PREDICTOR_FAILURES),
                        report.get(Figure.PREDICTION_NANOS) / 1e9),
                labels.limits().stepLog(report.stepSums(), report.kvBlocks()),
                labels.policy(),
                labels.speculation(),
                labels.model(),
                labels.dtype(),
                labels.device());
    }

    /**
     * How good predicted lengths were.
     *
     * @param answers that ended by themselves or at their limit
     * @param errorTokens mean distance of the medians predicted before they started
     * @param trained predictions asked of a trained predictor inside engines
     * @param failures of those, such as failed
     * @param seconds time in them
     */
    public record Prediction(
            long answers, double errorTokens, long trained, long failures, double seconds) {}

    /**
     * What a step-time model can be fitted to.
     *
     * @param sums see {@link StepSums}
     * @param kvTokens that the engine's cache holds
     * @param maxSequences the most in a step
     * @param tokenBudget the most tokens of a step
     */
    public record StepLog(List<Long> sums, long kvTokens, int maxSequences, int tokenBudget) {}

    /** Milliseconds from a request's arrival to its result. */
    public record CompletionTimes(double mean, double p50, double p90, double p99) {}

    /** Tokens gained per sequence and step, from what was generated and what drafts gave of it. */
    static double meanAccepted(long decodeTokens, long acceptedTokens) {
        long own = decodeTokens - acceptedTokens;
        return own <= 0 ? 0 : (double) decodeTokens / own;
    }

    static double ratio(long numerator, long denominator) {
        return denominator == 0 ? 0 : (double) numerator / denominator;
    }

    static double perSecond(long count, double seconds) {
        return seconds == 0 ? 0 : count / seconds;
    }
}
