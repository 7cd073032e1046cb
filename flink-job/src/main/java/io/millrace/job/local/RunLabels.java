package io.millrace.job.local;

import io.millrace.gpu.engine.EngineSettings;

/** What a report says of how a run was set up. */
public record RunLabels(
        String policy, String speculation, String model, String dtype, String device) {

    /** Of an engine that is not yet started. */
    public static RunLabels of(EngineSettings settings, String model) {
        return new RunLabels(
                settings.policy(), settings.speculation().method(), model, "", settings.device());
    }

    /** The same with the precision that the engine chose. */
    public RunLabels withPrecision(String precision) {
        return new RunLabels(policy, speculation, model, precision, device);
    }
}
