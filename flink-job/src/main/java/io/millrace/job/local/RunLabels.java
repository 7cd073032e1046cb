package io.millrace.job.local;

/** What a report says of how a run was set up. */
public record RunLabels(String policy, String model, String dtype, String device) {

    /** The same with the precision that the engine chose. */
    public RunLabels withPrecision(String precision) {
        return new RunLabels(policy, model, precision, device);
    }
}
