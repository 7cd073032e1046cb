package io.millrace.job.local;

import io.millrace.core.engine.EngineListener;
import io.millrace.core.engine.EngineStatistics;
import io.millrace.core.engine.GenerationEngine;
import io.millrace.core.engine.GenerationResult;
import io.millrace.core.engine.GenerationTask;
import io.millrace.core.engine.Progress;
import io.millrace.core.request.Completion;
import io.millrace.core.request.InferenceRequest;
import io.millrace.core.request.LengthEstimate;
import io.millrace.core.request.Sampling;
import io.millrace.core.request.Service;
import io.millrace.core.request.StopRules;
import io.millrace.job.options.ConfigurationException;
import java.nio.IntBuffer;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.function.Function;

/**
 * The bare engine without a job around it, on prompts that all start at once: what it can do at
 * best. The end of a sequence is ignored and decoding is greedy, so that the work is fixed. The
 * engine runs from {@link #start} to {@link #close}, so what its planner has learnt in one run it
 * knows in the next. For one thread.
 */
public final class EngineBench implements AutoCloseable {

    private final Collector collector;
    private final GenerationEngine engine;
    private final BenchPrompts prompts;
    private final InstantSource clock;

    private EngineBench(
            Collector collector,
            GenerationEngine engine,
            BenchPrompts prompts,
            InstantSource clock) {
        this.collector = collector;
        this.engine = engine;
        this.prompts = prompts;
        this.clock = clock;
    }

    /** Starts an engine, which takes these prompts one after the other. */
    public static EngineBench start(
            Function<EngineListener, GenerationEngine> engines,
            BenchPrompts prompts,
            InstantSource clock) {
        Collector collector = new Collector();
        return new EngineBench(collector, engines.apply(collector), prompts, clock);
    }

    /** So many sequences of so many tokens each. */
    public record Work(int sequences, int outputTokens) {
        public Work {
            check(sequences, "sequences");
            check(outputTokens, "output-tokens");
        }

        private static void check(int value, String option) {
            if (value < 1) {
                throw new ConfigurationException(
                        "--%s: %d (expected: 1 or more)".formatted(option, value));
            }
        }
    }

    /** Does the work and reports it; blocks until it is done. */
    public RunReport run(Work work, RunLabels labels) throws InterruptedException {
        EngineStatistics before = engine.statistics();
        long startedNanos = System.nanoTime();
        List<GenerationResult> results = round(work);
        double seconds = (System.nanoTime() - startedNanos) / 1e9;
        return report(
                results,
                seconds,
                before,
                engine.statistics(),
                labels.withPrecision(engine.precision()));
    }

    @Override
    public void close() {
        engine.close();
    }

    private List<GenerationResult> round(Work work) throws InterruptedException {
        List<GenerationTask> tasks = new ArrayList<>();
        for (int i = 0; i < work.sequences(); i++) {
            tasks.add(task("bench-" + i, work, engine.model().vocabularySize()));
        }
        CompletableFuture<List<GenerationResult>> done = collector.expect(work.sequences());
        engine.submit(tasks);
        try {
            return done.get();
        } catch (ExecutionException e) {
            throw new IllegalStateException("the engine failed", e.getCause());
        }
    }

    private GenerationTask task(String key, Work work, int vocabulary) {
        int[] prompt = prompts.next(vocabulary);
        return new GenerationTask(
                key,
                IntBuffer.wrap(prompt),
                Progress.NONE,
                work.outputTokens(),
                Sampling.GREEDY,
                new StopRules(List.of(), List.of(), true),
                InferenceRequest.NO_LOGPROBS,
                true,
                LengthEstimate.atMost(work.outputTokens()),
                Service.DEFAULT,
                clock.millis());
    }

    private static RunReport report(
            List<GenerationResult> results,
            double seconds,
            EngineStatistics before,
            EngineStatistics now,
            RunLabels labels) {
        long succeeded =
                results.stream()
                        .filter(r -> r.outcome().status() == Completion.Status.SUCCEEDED)
                        .count();
        long input = results.stream().mapToLong(r -> r.usage().inputTokens()).sum();
        long output = results.stream().mapToLong(r -> r.usage().outputTokens()).sum();
        long accepted = now.acceptedTokens() - before.acceptedTokens();
        return new RunReport(
                results.size(),
                succeeded,
                results.size() - succeeded,
                input,
                output,
                seconds,
                (now.stepNanos() - before.stepNanos()) / 1e9,
                RunReport.perSecond(output, seconds),
                RunReport.perSecond(input + output, seconds),
                now.steps() - before.steps(),
                RunReport.ratio(
                        now.batchedSequences() - before.batchedSequences(),
                        now.steps() - before.steps()),
                RunReport.meanAccepted(now.decodeTokens() - before.decodeTokens(), accepted),
                now.draftedTokens() - before.draftedTokens(),
                accepted,
                now.speculation().speculatingSteps() - before.speculation().speculatingSteps(),
                now.speculation().stepsByDrafterSince(before.speculation()),
                (now.speculation().draftNanos() - before.speculation().draftNanos()) / 1e9,
                now.speculation().acceptanceByDepthSince(before.speculation()),
                RunReport.ratio(
                        now.paddedKvSlots() - before.paddedKvSlots(),
                        now.attendedKvSlots() - before.attendedKvSlots()),
                now.preemptions() - before.preemptions(),
                now.peakKvBlocks(),
                completionTimes(results),
                // Answers end at their limit, and nothing predicts that.
                new RunReport.Prediction(0, 0, 0, 0, 0),
                labels.limits().stepLog(now.stepSums().since(before.stepSums()), now.kvBlocks()),
                labels.policy(),
                labels.speculation(),
                labels.model(),
                labels.dtype(),
                labels.device());
    }

    /** Everything arrived when the first task started. */
    private static RunReport.CompletionTimes completionTimes(List<GenerationResult> results) {
        long start = results.stream().mapToLong(GenerationResult::startedMs).min().orElse(0);
        long[] sorted = results.stream().mapToLong(r -> r.finishedMs() - start).sorted().toArray();
        double mean = Arrays.stream(sorted).average().orElse(0);
        return new RunReport.CompletionTimes(
                mean, quantile(sorted, 0.5), quantile(sorted, 0.9), quantile(sorted, 0.99));
    }

    private static double quantile(long[] sorted, double share) {
        int rank = (int) Math.ceil(share * sorted.length);
        return sorted.length == 0 ? 0 : sorted[Math.max(0, rank - 1)];
    }

    /** Gathers the results of a round; the engine's thread calls it. */
    private static final class Collector implements EngineListener {
        private final List<GenerationResult> results =
                Collections.synchronizedList(new ArrayList<>());
        private volatile CompletableFuture<List<GenerationResult>> done = new CompletableFuture<>();
        private volatile int expected;

        CompletableFuture<List<GenerationResult>> expect(int sequences) {
            results.clear();
            expected = sequences;
            done = new CompletableFuture<>();
            return done;
        }

        @Override
        public void onResult(GenerationResult result) {
            results.add(result);
            if (results.size() == expected) {
                done.complete(List.copyOf(results));
            }
        }

        @Override
        public void onRoom() {}

        @Override
        public void onFailure(Throwable cause) {
            done.completeExceptionally(cause);
        }
    }
}
