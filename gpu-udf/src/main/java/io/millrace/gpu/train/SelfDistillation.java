package io.millrace.gpu.train;

import io.millrace.core.engine.EngineListener;
import io.millrace.core.engine.GenerationEngine;
import io.millrace.core.engine.GenerationResult;
import io.millrace.core.engine.GenerationTask;
import io.millrace.core.engine.Progress;
import io.millrace.core.request.Completion;
import io.millrace.core.request.LengthEstimate;
import io.millrace.core.request.Sampling;
import io.millrace.core.request.Service;
import io.millrace.core.request.StopRules;
import java.nio.IntBuffer;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.function.Function;
import java.util.function.LongConsumer;

/**
 * The model answers prompts, greedily: heads then learn what this model writes and not what others
 * wrote (Medusa, section 2.2.2; EAGLE trains on fixed texts and loses little). For one thread.
 */
public final class SelfDistillation {

    private final Function<EngineListener, GenerationEngine> engines;
    private final InstantSource clock;

    /**
     * Of an engine that is started when there is something to answer, and closed after it.
     *
     * @param engines starts one
     */
    public SelfDistillation(
            Function<EngineListener, GenerationEngine> engines, InstantSource clock) {
        this.engines = engines;
        this.clock = clock;
    }

    /**
     * Answers what a file has no answers to yet, and returns all in the order of the prompts, so
     * that the result does not depend on how often this was interrupted.
     *
     * @param prompts token ids; what is there twice is answered once
     * @param answerTokens the most tokens of an answer
     * @param file answers of earlier runs; grows
     * @param answered told how many are done
     */
    List<Exchange> answer(
            List<int[]> prompts, int answerTokens, Path file, int vocabulary, LongConsumer answered)
            throws InterruptedException {
        Map<IntBuffer, Exchange> known = new HashMap<>();
        Map<IntBuffer, int[]> asked = new LinkedHashMap<>();
        prompts.forEach(prompt -> asked.put(IntBuffer.wrap(prompt), prompt));
        try (AnswersFile answers = AnswersFile.append(file)) {
            for (Exchange exchange : AnswersFile.read(file, vocabulary)) {
                known.put(IntBuffer.wrap(exchange.prompt()), exchange);
            }
            List<int[]> open = new ArrayList<>();
            asked.forEach(
                    (key, prompt) -> {
                        if (!known.containsKey(key)) {
                            open.add(prompt);
                        }
                    });
            int before = asked.size() - open.size();
            answered.accept(before);
            if (!open.isEmpty()) {
                generate(
                        open,
                        answerTokens,
                        (exchange, done) -> {
                            answers.add(exchange);
                            known.put(IntBuffer.wrap(exchange.prompt()), exchange);
                            answered.accept(before + done);
                        });
            }
        }
        return asked.keySet().stream().map(known::get).toList();
    }

    private interface Sink {
        void accept(Exchange exchange, int done);
    }

    private void generate(List<int[]> prompts, int answerTokens, Sink sink)
            throws InterruptedException {
        Results results = new Results();
        try (GenerationEngine engine = engines.apply(results)) {
            List<GenerationTask> tasks = new ArrayList<>();
            for (int i = 0; i < prompts.size(); i++) {
                tasks.add(task(i, prompts.get(i), answerTokens));
            }
            engine.submit(tasks);
            for (int done = 0; done < tasks.size(); done++) {
                GenerationResult result = results.take();
                int[] prompt = prompts.get(Integer.parseInt(result.key()));
                sink.accept(new Exchange(prompt, tokens(result)), done + 1);
            }
        }
    }

    private GenerationTask task(int index, int[] prompt, int answerTokens) {
        return new GenerationTask(
                Integer.toString(index),
                IntBuffer.wrap(prompt),
                Progress.NONE,
                answerTokens,
                Sampling.GREEDY,
                StopRules.NONE,
                // Log-probabilities are what tells the tokens of an answer.
                0,
                true,
                LengthEstimate.atMost(answerTokens),
                Service.DEFAULT,
                clock.millis());
    }

    private static int[] tokens(GenerationResult result) {
        if (result.outcome() instanceof Completion.Succeeded succeeded) {
            return succeeded.answer().logprobs().stream()
                    .mapToInt(entry -> entry.token().tokenId())
                    .toArray();
        }
        throw new IllegalStateException(
                "the model did not answer prompt " + result.key() + ": " + result.outcome());
    }

    /** Hands results over from the engine's thread. */
    private static final class Results implements EngineListener {

        private record Event(Object value) {}

        private final BlockingQueue<Event> events = new LinkedBlockingQueue<>();

        GenerationResult take() throws InterruptedException {
            Object value = events.take().value();
            if (value instanceof GenerationResult result) {
                return result;
            }
            throw new IllegalStateException("the engine failed", (Throwable) value);
        }

        @Override
        public void onResult(GenerationResult result) {
            events.add(new Event(result));
        }

        @Override
        public void onRoom() {}

        @Override
        public void onFailure(Throwable cause) {
            events.add(new Event(cause));
        }
    }
}
