package io.millrace.job.local;

import io.millrace.core.engine.StepSums;
import io.millrace.gpu.engine.EngineSettings;

/** What a report says of how a run was set up. */
public record RunLabels(
        String policy,
        String speculation,
        String model,
        String dtype,
        String device,
        Limits limits) {

    /** The limits of each engine's step. */
    public record Limits(int blockTokens, int maxSequences, int tokenBudget) {

        /** Of an engine with these settings. */
        public static Limits of(EngineSettings settings) {
            return new Limits(
                    settings.blockTokens(), settings.maxSequences(), settings.tokenBudget());
        }

        RunReport.StepLog stepLog(StepSums sums, long kvBlocks) {
            return new RunReport.StepLog(
                    sums.products(), kvBlocks * blockTokens, maxSequences, tokenBudget);
        }
    }

    /** Of an engine that is not yet started. */
    public static RunLabels of(EngineSettings settings, String model) {
        return new RunLabels(
                settings.policy(),
                settings.speculation().description(),
                model,
                "",
                settings.device(),
                Limits.of(settings));
    }

    /** The same with the precision that the engine chose. */
    public RunLabels withPrecision(String precision) {
        return new RunLabels(policy, speculation, model, precision, device, limits);
    }
}
