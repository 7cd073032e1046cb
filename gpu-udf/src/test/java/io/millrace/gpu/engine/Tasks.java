package io.millrace.gpu.engine;

import io.millrace.core.engine.GenerationTask;
import io.millrace.core.engine.Progress;
import io.millrace.core.request.LengthEstimate;
import io.millrace.core.request.Sampling;
import io.millrace.core.request.Service;
import io.millrace.core.request.StopRules;
import java.nio.IntBuffer;
import java.util.List;

/** Tasks for tests, with the log-probabilities that reveal their tokens. */
final class Tasks {

    private Tasks() {}

    static GenerationTask greedy(String key, int[] prompt, int maxTokens) {
        return of(key, prompt, maxTokens, Sampling.GREEDY, StopRules.NONE, Progress.NONE);
    }

    static GenerationTask of(
            String key,
            int[] prompt,
            int maxTokens,
            Sampling sampling,
            StopRules stop,
            Progress resume) {
        return new GenerationTask(
                key,
                IntBuffer.wrap(prompt),
                resume,
                maxTokens,
                sampling,
                stop,
                0,
                true,
                LengthEstimate.atMost(maxTokens),
                Service.DEFAULT,
                0);
    }

    /** The same of a client that wants nothing drafted. */
    static GenerationTask withoutDrafts(GenerationTask task) {
        return new GenerationTask(
                task.key(),
                task.prompt(),
                task.resume(),
                task.maxTokens(),
                task.sampling(),
                task.stop(),
                task.topLogprobs(),
                false,
                task.predicted(),
                task.service(),
                task.arrivalMs());
    }

    static StopRules endless() {
        return new StopRules(List.of(), List.of(), true);
    }
}
