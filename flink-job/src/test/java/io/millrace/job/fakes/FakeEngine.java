package io.millrace.job.fakes;

import io.millrace.core.engine.EngineListener;
import io.millrace.core.engine.EngineRoom;
import io.millrace.core.engine.EngineStatistics;
import io.millrace.core.engine.GenerationEngine;
import io.millrace.core.engine.GenerationResult;
import io.millrace.core.engine.GenerationTask;
import io.millrace.core.engine.ModelInfo;
import io.millrace.core.engine.Progress;
import io.millrace.core.request.Answer;
import io.millrace.core.request.Completion;
import io.millrace.core.request.FinishReason;
import io.millrace.core.request.Usage;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Generates without a model: every step gives every sequence one more token, which depends on its
 * prompt and position only, so that an interrupted answer must come out as an uninterrupted one.
 */
public final class FakeEngine implements GenerationEngine {

    public static final ModelInfo MODEL = new ModelInfo("fake", 4096, 1000);

    private static final int MAX_SEQUENCES = 64;
    private static final long KV_TOKENS = 64 * 4096L;

    private final EngineListener listener;
    private final FakeEngines.Shared shared;
    private final Map<String, Running> held = new LinkedHashMap<>();
    private final Thread thread = new Thread(this::run, "fake-engine");
    private boolean closed;
    private long steps;
    private long prefillTokens;
    private long decodeTokens;
    private long batchedSequences;

    FakeEngine(EngineListener listener, FakeEngines.Shared shared) {
        this.listener = listener;
        this.shared = shared;
        thread.setDaemon(true);
        thread.start();
    }

    /** The answer to a prompt. */
    public static int[] answer(int[] prompt, int tokens) {
        int[] answer = new int[tokens];
        for (int i = 0; i < tokens; i++) {
            answer[i] = Math.floorMod(Arrays.hashCode(prompt) + 31 * i, MODEL.vocabularySize());
        }
        return answer;
    }

    /** Tokens as text. */
    public static String text(int[] tokens) {
        StringBuilder text = new StringBuilder();
        for (int token : tokens) {
            text.append(token).append(' ');
        }
        return text.toString();
    }

    @Override
    public ModelInfo model() {
        return MODEL;
    }

    @Override
    public String precision() {
        return "none";
    }

    @Override
    public synchronized void submit(List<GenerationTask> tasks) {
        for (GenerationTask task : tasks) {
            int[] prompt = new int[task.prompt().remaining()];
            task.prompt().duplicate().get(prompt);
            Running running = new Running(task, prompt);
            if (held.put(task.key(), running) != null) {
                throw new IllegalArgumentException("key: " + task.key() + " is held already");
            }
            prefillTokens += prompt.length + running.resumed;
            shared.submitted(task, prompt.length);
        }
        LockSupport.unpark(thread);
    }

    @Override
    public synchronized void cancel(String key) {
        held.remove(key);
    }

    @Override
    public synchronized EngineRoom room() {
        return closed
                ? EngineRoom.NONE
                : new EngineRoom(MAX_SEQUENCES - held.size(), KV_TOKENS / (held.size() + 1));
    }

    @Override
    public synchronized Map<String, Progress> progress() {
        Map<String, Progress> all = new LinkedHashMap<>();
        held.forEach((key, running) -> all.put(key, running.progress()));
        return all;
    }

    @Override
    public synchronized EngineStatistics statistics() {
        return new EngineStatistics(
                steps,
                steps,
                prefillTokens,
                decodeTokens,
                batchedSequences,
                0,
                0,
                0,
                0,
                0,
                1,
                0,
                1,
                held.size(),
                0);
    }

    @Override
    public void close() {
        synchronized (this) {
            closed = true;
        }
        LockSupport.unpark(thread);
    }

    private void run() {
        while (true) {
            List<GenerationResult> results = step();
            if (results == null) {
                return;
            }
            if (shared.takeFailure()) {
                listener.onFailure(new IllegalStateException("forced by the test"));
                return;
            }
            results.forEach(listener::onResult);
            if (!results.isEmpty()) {
                listener.onRoom();
            }
            LockSupport.parkNanos(shared.stepNanos());
        }
    }

    private synchronized @Nullable List<GenerationResult> step() {
        if (closed) {
            return null;
        }
        List<GenerationResult> ended = new ArrayList<>();
        for (Running running : held.values()) {
            running.generated++;
            decodeTokens++;
            if (running.generated >= running.task.maxTokens()) {
                ended.add(running.result());
            }
        }
        ended.forEach(result -> held.remove(result.key()));
        if (!held.isEmpty() || !ended.isEmpty()) {
            steps++;
            batchedSequences += held.size() + ended.size();
        }
        return ended;
    }

    private static final class Running {
        private final GenerationTask task;
        private final int[] prompt;
        private final int resumed;
        private int generated;

        Running(GenerationTask task, int[] prompt) {
            this.task = task;
            this.prompt = prompt;
            this.resumed = task.resume().tokens().length;
            this.generated = resumed;
            if (!Arrays.equals(task.resume().tokens(), answer(prompt, resumed))) {
                throw new IllegalArgumentException("resumed with tokens of another answer");
            }
        }

        Progress progress() {
            return generated == 0
                    ? Progress.NONE
                    : new Progress(answer(prompt, generated), List.of(), 1, 1);
        }

        GenerationResult result() {
            String text = text(answer(prompt, task.maxTokens()));
            return new GenerationResult(
                    task.key(),
                    new Completion.Succeeded(
                            new Answer(text, FinishReason.MAX_TOKENS, null, List.of())),
                    new Usage(prompt.length, task.maxTokens(), 0),
                    1,
                    1,
                    System.currentTimeMillis());
        }
    }
}
