package io.millrace.core.memory;

/**
 * What one sequence needs of the KV cache, in tokens.
 *
 * @param held tokens known so far: all of them are in the cache or will be soon
 * @param predictedRemaining tokens still to come by prediction
 * @param maxRemaining the most tokens still to come
 * @param delaySteps steps until it starts to generate, because its prefill is not finished
 */
public record Demand(int held, int predictedRemaining, int maxRemaining, int delaySteps) {}
