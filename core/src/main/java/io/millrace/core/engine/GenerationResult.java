package io.millrace.core.engine;

import io.millrace.core.request.Completion;
import io.millrace.core.request.Usage;

/**
 * How a task ended.
 *
 * @param outcome the answer, or the failure of this one task
 * @param startedMs epoch milliseconds at which the engine first worked on it; 0 if it never did
 * @param firstTokenMs epoch milliseconds of the first token; 0 if there is none
 * @param finishedMs epoch milliseconds at which the result was known
 */
public record GenerationResult(
        String key,
        Completion.Outcome outcome,
        Usage usage,
        long startedMs,
        long firstTokenMs,
        long finishedMs) {}
