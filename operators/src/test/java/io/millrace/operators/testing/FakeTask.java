package io.millrace.operators.testing;

import io.millrace.core.engine.GenerationResult;
import io.millrace.core.engine.GenerationTask;
import io.millrace.core.engine.Progress;
import io.millrace.core.request.Answer;
import io.millrace.core.request.Completion;
import io.millrace.core.request.Failure;
import io.millrace.core.request.FailureCode;
import io.millrace.core.request.FinishReason;
import io.millrace.core.request.Usage;
import java.util.Arrays;
import java.util.List;

/** One generation of a fake engine. */
final class FakeTask {

    private final GenerationTask task;
    private final int[] prompt;
    private final int[] answer;
    private int generated;
    private boolean started;
    private boolean canceled;
    private long startedMs;
    private long firstTokenMs;

    FakeTask(GenerationTask task, FakeSettings settings) {
        this.task = task;
        this.prompt = new int[task.prompt().remaining()];
        task.prompt().duplicate().get(prompt);
        this.answer =
                FakeAnswer.tokens(
                        prompt, task.sampling().seed(), task.maxTokens(), settings.longestAnswer());
        int[] resumed = task.resume().tokens();
        if (Arrays.mismatch(resumed, answer) != resumed.length && !Arrays.equals(resumed, answer)) {
            throw new IllegalArgumentException(
                    "resume: %s of %s (expected: a part of the answer)"
                            .formatted(Arrays.toString(resumed), task.key()));
        }
        this.generated = resumed.length;
        this.startedMs = task.resume().startedMs();
        this.firstTokenMs = task.resume().firstTokenMs();
    }

    String key() {
        return task.key();
    }

    double weight() {
        return task.service().weight();
    }

    boolean speculates() {
        return task.speculate();
    }

    boolean isNew() {
        return !started;
    }

    int resumedTokens() {
        return task.resume().tokens().length;
    }

    int prefill() {
        return prompt.length + resumedTokens();
    }

    /** Generates a token unless it is complete; returns how many it generated. */
    int advance(long nowMs) {
        started = true;
        startedMs = startedMs == 0 ? nowMs : startedMs;
        if (isDone()) {
            return 0;
        }
        generated++;
        firstTokenMs = firstTokenMs == 0 ? nowMs : firstTokenMs;
        return 1;
    }

    void cancel() {
        canceled = true;
    }

    boolean isDone() {
        return canceled || generated == answer.length;
    }

    int tokens() {
        return prompt.length + generated;
    }

    long promisedTokens() {
        int expected = Math.min(task.maxTokens(), task.predicted().upper());
        return prompt.length + (long) Math.max(generated, expected);
    }

    Progress progress() {
        return new Progress(Arrays.copyOf(answer, generated), List.of(), startedMs, firstTokenMs);
    }

    GenerationResult result(long nowMs) {
        return new GenerationResult(
                task.key(),
                outcome(),
                new Usage(prompt.length, generated, 0),
                startedMs,
                firstTokenMs,
                nowMs);
    }

    private Completion.Outcome outcome() {
        if (generated < answer.length) {
            return new Completion.Failed(new Failure(FailureCode.CANCELED, "told to stop"));
        }
        FinishReason reason =
                generated == task.maxTokens()
                        ? FinishReason.MAX_TOKENS
                        : FinishReason.END_OF_SEQUENCE;
        return new Completion.Succeeded(
                new Answer(FakeAnswer.text(answer), reason, null, List.of()));
    }
}
