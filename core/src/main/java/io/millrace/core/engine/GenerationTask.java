package io.millrace.core.engine;

import io.millrace.core.request.LengthEstimate;
import io.millrace.core.request.Sampling;
import io.millrace.core.request.Service;
import io.millrace.core.request.StopRules;
import java.nio.IntBuffer;

/**
 * One generation for the engine.
 *
 * @param key unique among the tasks that the engine holds
 * @param prompt token ids between position and limit, not empty; may view foreign memory, since the
 *     engine copies it before {@link GenerationEngine#submit} returns
 * @param resume where a generation that was interrupted goes on; {@link Progress#NONE} for a new
 *     one
 * @param maxTokens the most tokens to generate, resumed ones included
 * @param topLogprobs as in {@link io.millrace.core.request.InferenceRequest#topLogprobs()}
 * @param speculate whether tokens may be drafted for it
 * @param predicted the answer's predicted length, resumed tokens included
 * @param arrivalMs epoch milliseconds
 */
public record GenerationTask(
        String key,
        IntBuffer prompt,
        Progress resume,
        int maxTokens,
        Sampling sampling,
        StopRules stop,
        int topLogprobs,
        boolean speculate,
        LengthEstimate predicted,
        Service service,
        long arrivalMs) {}
