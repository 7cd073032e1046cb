package io.millrace.core.simulate;

import static io.millrace.core.internal.Arguments.check;

import io.millrace.core.cluster.Routers;
import io.millrace.core.memory.Admissions;
import io.millrace.core.schedule.policy.WaitingPolicies;

/**
 * What is simulated.
 *
 * @param engines how many engines of that kind
 * @param policy as {@code scheduling.policy}
 * @param admission as {@code scheduling.admission}
 * @param router which engine a request goes to, one of {@link Routers#names()}
 * @param predictor {@code oracle}, {@code noisy}, {@code histogram} or {@code limit}
 * @param error of the noisy predictor: standard deviation of the logarithm
 * @param maxTokens limit that every request asks for, unless its answer is longer
 * @param maxOvertakes as in {@link io.millrace.core.schedule.SchedulingSettings}, everywhere
 * @param prefixTokens size of each engine's prefix store, tokens; 0 for none
 * @param slo what a request should meet
 * @param seed of everything random
 */
public record SimulationSettings(
        EngineModel engine,
        int engines,
        String policy,
        String admission,
        String router,
        String predictor,
        double error,
        int maxTokens,
        int maxOvertakes,
        long prefixTokens,
        Slo slo,
        long seed) {

    /** What past-future keeps free for wrong predictions, as the job does unless told otherwise. */
    static final double RESERVE = 0.05;

    /** The order in a bucket, as the job's. */
    static final String BUCKET_ORDER = "fcfs";

    /**
     * A request should have its first token after {@code firstTokenMs} and its last {@code tokenMs}
     * later for each token.
     */
    public record Slo(double firstTokenMs, double tokenMs) {
        boolean isMet(double firstMs, double endMs, int tokens) {
            return firstMs <= firstTokenMs && endMs <= firstTokenMs + tokens * tokenMs;
        }
    }

    public SimulationSettings {
        check(engines >= 1, "engines", engines, "at least 1");
        WaitingPolicies.named(policy);
        Admissions.named(admission, RESERVE);
        Routers.named(router);
        AnswerLengths.Kind.named(predictor);
        check(error >= 0, "error", error, "at least 0");
        check(maxTokens >= 1, "maxTokens", maxTokens, "at least 1");
        check(maxOvertakes >= 0, "maxOvertakes", maxOvertakes, "at least 0");
        check(prefixTokens >= 0, "prefixTokens", prefixTokens, "at least 0");
    }
}
