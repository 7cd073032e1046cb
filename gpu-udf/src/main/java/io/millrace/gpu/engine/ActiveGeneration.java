package io.millrace.gpu.engine;

import io.millrace.core.engine.GenerationResult;
import io.millrace.core.engine.GenerationTask;
import io.millrace.core.engine.Progress;
import io.millrace.core.request.Answer;
import io.millrace.core.request.Completion.Failed;
import io.millrace.core.request.Completion.Outcome;
import io.millrace.core.request.Completion.Succeeded;
import io.millrace.core.request.Failure;
import io.millrace.core.request.FinishReason;
import io.millrace.core.request.InferenceRequest;
import io.millrace.core.request.Sampling;
import io.millrace.core.request.TokenLogprobs;
import io.millrace.core.request.Usage;
import io.millrace.core.schedule.Sequence;
import io.millrace.core.speculate.TokenTree;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One task inside the engine: its sequence, the text it has become and what ends it. Owned by the
 * engine's thread; only {@link #progress()} may be called from others.
 */
final class ActiveGeneration {

    private static final int[] NONE = {};

    private final GenerationTask task;
    private final Sequence sequence;
    private final AnswerText text;
    private final EndTokens ends;
    private final int contextLength;

    // Guarded by itself: read by whoever takes a snapshot.
    private final List<TokenLogprobs> logprobs = new ArrayList<>();

    private final @Nullable DistinctTokens seen;
    private volatile long startedMs;
    private volatile long firstTokenMs;
    private int drafted;
    private int accepted;
    private @Nullable FinishReason finished;

    /**
     * Takes over a task and replays the tokens that it comes with: they may already be a whole
     * answer, whose result was lost in a failure.
     */
    ActiveGeneration(GenerationTask task, AnswerText text, EndTokens ends, int contextLength) {
        this.task = task;
        this.text = text;
        this.ends = ends;
        this.contextLength = contextLength;
        int[] prompt = new int[task.prompt().remaining()];
        task.prompt().duplicate().get(prompt);
        Progress resume = task.resume();
        this.sequence =
                new Sequence(
                        task.key(),
                        prompt,
                        NONE,
                        task.maxTokens(),
                        task.predicted(),
                        task.service(),
                        task.arrivalMs());
        this.seen = task.sampling().repetitionPenalty() == 1 ? null : new DistinctTokens(prompt);
        this.startedMs = resume.startedMs();
        this.firstTokenMs = resume.firstTokenMs();
        logprobs.addAll(resume.logprobs());
        for (int i = 0; i < resume.tokens().length && finished == null; i++) {
            grow(resume.tokens()[i]);
        }
    }

    Sequence sequence() {
        return sequence;
    }

    Sampling sampling() {
        return task.sampling();
    }

    boolean speculates() {
        return task.speculate();
    }

    int topLogprobs() {
        return task.topLogprobs();
    }

    /**
     * Distinct tokens of prompt, answer and the way to a node of a draft; only kept for a request
     * with a repetition penalty.
     */
    int[] seen(TokenTree draft, int node) {
        return seen == null ? NONE : seen.with(draft.path(node));
    }

    boolean isFinished() {
        return finished != null;
    }

    void started(long nowMs) {
        if (startedMs == 0) {
            startedMs = nowMs;
        }
    }

    /** Counts what a step verified of what was drafted. */
    void verified(int draftedTokens, int acceptedTokens) {
        drafted += draftedTokens;
        accepted += acceptedTokens;
    }

    /** Adds a token that a step sampled. */
    void accept(SampledToken sampled, TokenNames names, long nowMs) {
        if (firstTokenMs == 0) {
            firstTokenMs = nowMs;
        }
        if (task.topLogprobs() != InferenceRequest.NO_LOGPROBS) {
            // Before the token itself: a snapshot must not see a token without its entry.
            synchronized (logprobs) {
                logprobs.add(names.logprobs(sampled));
            }
        }
        grow(sampled.token());
    }

    private void grow(int token) {
        sequence.append(token);
        if (seen != null) {
            seen.add(token);
        }
        if (ends.end(task.stop(), token)) {
            finished = ends.isModelEnd(token) ? FinishReason.END_OF_SEQUENCE : FinishReason.STOP;
            text.finish();
        } else if (text.append(token)) {
            finished = FinishReason.STOP;
        } else if (sequence.maxRemaining() == 0) {
            finished =
                    sequence.length() >= contextLength
                            ? FinishReason.CONTEXT_LIMIT
                            : FinishReason.MAX_TOKENS;
            if (text.finish()) {
                finished = FinishReason.STOP;
            }
        }
    }

    Progress progress() {
        int[] tokens = sequence.generatedTokens();
        synchronized (logprobs) {
            List<TokenLogprobs> known =
                    logprobs.isEmpty()
                            ? List.of()
                            : logprobs.subList(0, Math.min(tokens.length, logprobs.size()));
            return new Progress(tokens, known, startedMs, firstTokenMs);
        }
    }

    /** The result of a generation that is finished. */
    GenerationResult answer(long nowMs) {
        if (finished == null) {
            throw new IllegalStateException(task.key() + " is not finished");
        }
        List<TokenLogprobs> entries;
        synchronized (logprobs) {
            entries = List.copyOf(logprobs);
        }
        return result(
                new Succeeded(new Answer(text.text(), finished, text.stopString(), entries)),
                nowMs);
    }

    /** The result of a generation that ends without an answer. */
    GenerationResult failure(Failure failure, long nowMs) {
        return result(new Failed(failure), nowMs);
    }

    private GenerationResult result(Outcome outcome, long nowMs) {
        Usage usage =
                new Usage(
                        sequence.promptLength(), sequence.generatedLength(), 0, drafted, accepted);
        return new GenerationResult(task.key(), outcome, usage, startedMs, firstTokenMs, nowMs);
    }

    /** A set of token ids that remembers them in an array. */
    private static final class DistinctTokens {
        private final java.util.BitSet members = new java.util.BitSet();
        private int[] tokens = new int[64];
        private int count;

        DistinctTokens(int[] initial) {
            for (int token : initial) {
                add(token);
            }
        }

        void add(int token) {
            if (!members.get(token)) {
                members.set(token);
                if (count == tokens.length) {
                    tokens = Arrays.copyOf(tokens, 2 * count);
                }
                tokens[count++] = token;
            }
        }

        int[] with(int[] others) {
            int[] all = Arrays.copyOf(tokens, count + others.length);
            int length = count;
            for (int i = 0; i < others.length; i++) {
                int token = others[i];
                boolean repeated = false;
                for (int j = count; j < length && !repeated; j++) {
                    repeated = all[j] == token;
                }
                if (!repeated && !members.get(token)) {
                    all[length++] = token;
                }
            }
            return Arrays.copyOf(all, length);
        }
    }
}
