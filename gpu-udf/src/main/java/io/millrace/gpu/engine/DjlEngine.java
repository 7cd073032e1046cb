package io.millrace.gpu.engine;

import io.millrace.core.engine.EngineListener;
import io.millrace.core.engine.EngineRoom;
import io.millrace.core.engine.EngineStatistics;
import io.millrace.core.engine.GenerationEngine;
import io.millrace.core.engine.GenerationTask;
import io.millrace.core.engine.ModelInfo;
import io.millrace.core.engine.Progress;
import io.millrace.core.request.Failure;
import io.millrace.core.request.FailureCode;
import io.millrace.core.request.QuantileShifts;
import io.millrace.core.schedule.Sequence;
import io.millrace.core.schedule.StepPlan;
import io.millrace.core.schedule.Work;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Generates with a model that runs in this process through DJL and PyTorch: continuous batching
 * over a paged KV pool, one program call per step. Tensors never come into Java inside a step.
 *
 * <p>Its thread is the only one that touches scheduler and native memory; the owner talks to it
 * through an inbox and the listener.
 */
public final class DjlEngine implements GenerationEngine {

    private static final Logger LOG = LoggerFactory.getLogger(DjlEngine.class);

    private final LoadedModel loaded;
    private final EngineListener listener;
    private final InstantSource clock;
    private final EngineCounters counters;
    private final Inbox inbox;
    private final Map<String, ActiveGeneration> held = new ConcurrentHashMap<>();
    private final StepExecutor executor;
    private final Thread thread;
    private EngineRoom lastRoom = EngineRoom.NONE;

    private DjlEngine(LoadedModel loaded, EngineListener listener, InstantSource clock) {
        this.loaded = loaded;
        this.listener = listener;
        this.clock = clock;
        this.counters = new EngineCounters(loaded);
        this.inbox = new Inbox(loaded.scheduler().room());
        this.executor = new StepExecutor(loaded, this::generation);
        this.thread = Thread.currentThread();
    }

    /**
     * Loads a model on a new thread, which then is the engine's; returns when it is loaded.
     *
     * <p>On the same thread, because OpenMP keeps a team of threads for every thread that computes:
     * with the loader's team beside the engine's there are more threads than cores, libgomp stops
     * spinning, and every barrier of a step puts a thread to sleep (25 instead of 15 ms for a step
     * of one sequence on two cores).
     *
     * @param clock for the times in results
     * @throws IllegalStateException if the model cannot be loaded, naming file and reason
     */
    public static DjlEngine start(
            EngineSettings settings, EngineListener listener, InstantSource clock) {
        CompletableFuture<DjlEngine> started = new CompletableFuture<>();
        Thread thread = new Thread(() -> loadAndRun(settings, listener, clock, started), "engine");
        thread.setDaemon(true);
        thread.start();
        try {
            return started.join();
        } catch (CompletionException e) {
            throw e.getCause() instanceof RuntimeException cause
                    ? cause
                    : new IllegalStateException(settings.model() + " cannot be loaded", e);
        }
    }

    private static void loadAndRun(
            EngineSettings settings,
            EngineListener listener,
            InstantSource clock,
            CompletableFuture<DjlEngine> started) {
        DjlEngine engine;
        try {
            engine = new DjlEngine(LoadedModel.load(settings), listener, clock);
        } catch (Throwable e) {
            started.completeExceptionally(e);
            return;
        }
        started.complete(engine);
        engine.run();
    }

    @Override
    public ModelInfo model() {
        return loaded.info();
    }

    @Override
    public String precision() {
        return loaded.format().optionName();
    }

    @Override
    public void submit(List<GenerationTask> tasks) {
        List<ActiveGeneration> generations = new ArrayList<>(tasks.size());
        for (GenerationTask task : tasks) {
            check(task);
            generations.add(loaded.generation(task));
        }
        for (ActiveGeneration generation : generations) {
            held.put(generation.sequence().key(), generation);
        }
        inbox.submit(generations);
    }

    private void check(GenerationTask task) {
        int prompt = task.prompt().remaining();
        int contextLength = loaded.info().contextLength();
        if (held.containsKey(task.key())) {
            throw new IllegalArgumentException(
                    "key: %s (expected: one that is not held)".formatted(task.key()));
        }
        if (prompt == 0 || (long) prompt + task.maxTokens() > contextLength) {
            throw new IllegalArgumentException(
                    "%s: %d prompt tokens and %d to generate (expected: a prompt, and at most %d together, the model's context)"
                            .formatted(task.key(), prompt, task.maxTokens(), contextLength));
        }
    }

    @Override
    public void cancel(String key) {
        inbox.cancel(key);
    }

    @Override
    public EngineRoom room() {
        return inbox.room();
    }

    @Override
    public Map<String, Progress> progress() {
        Map<String, Progress> result = new HashMap<>();
        held.forEach((key, generation) -> result.put(key, generation.progress()));
        return result;
    }

    @Override
    public void correctPredictions(QuantileShifts shifts) {
        loaded.correctPredictions(shifts);
    }

    @Override
    public EngineStatistics statistics() {
        return counters.published();
    }

    @Override
    public void close() {
        inbox.close();
        boolean interrupted = false;
        while (thread.isAlive()) {
            try {
                thread.join();
            } catch (InterruptedException e) {
                // Native memory must not be left behind; a step ends soon.
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private void run() {
        try (loaded) {
            while (!inbox.isClosed()) {
                boolean idle = loaded.scheduler().isEmpty();
                handle(inbox.take(idle));
                if (!loaded.scheduler().isEmpty()) {
                    step();
                }
                publish();
            }
        } catch (Throwable e) {
            LOG.error("The engine of {} stops", loaded.info().name(), e);
            listener.onFailure(e);
        }
    }

    private void handle(Inbox.Mail mail) {
        for (ActiveGeneration generation : mail.submitted()) {
            if (generation.isFinished()) {
                report(generation);
                continue;
            }
            try {
                loaded.scheduler().add(generation.sequence());
            } catch (IllegalArgumentException e) {
                fail(generation, FailureCode.PROMPT_TOO_LONG, String.valueOf(e.getMessage()));
            }
        }
        for (String key : mail.cancelled()) {
            ActiveGeneration generation = held.get(key);
            if (generation != null) {
                loaded.scheduler().remove(key);
                fail(generation, FailureCode.CANCELED, "canceled by the client");
            }
        }
    }

    private void step() throws InterruptedException {
        long now = clock.millis();
        StepPlan plan = loaded.scheduler().schedule(now);
        plan.work().forEach(work -> generation(work.sequence()).started(now));
        long begin = System.nanoTime();
        StepExecutor.Outcome outcome = executor.execute(plan);
        counters.step(outcome, System.nanoTime() - begin);
        for (Work work : plan.work()) {
            if (!work.samples()) {
                loaded.scheduler().advance(work, 0);
            }
        }
        outcome.verified().forEach(this::grow);
    }

    private void grow(Verified verified) {
        Work work = verified.work().work();
        ActiveGeneration generation = generation(work.sequence());
        loaded.scheduler().advance(work, verified.accepted());
        generation.verified(verified.work().draft().size(), verified.accepted());
        for (SampledToken token : verified.tokens()) {
            if (!generation.isFinished()) {
                generation.accept(token, loaded.names(), clock.millis());
            }
        }
        if (generation.isFinished()) {
            loaded.scheduler().finish(generation.sequence());
            report(generation);
        }
    }

    private void publish() {
        EngineRoom room = loaded.scheduler().room();
        counters.publish(loaded.pool(), loaded.scheduler());
        inbox.publish(room);
        if (room.sequences() > lastRoom.sequences() || room.tokens() > lastRoom.tokens()) {
            listener.onRoom();
        }
        lastRoom = room;
    }

    private ActiveGeneration generation(Sequence sequence) {
        ActiveGeneration generation = held.get(sequence.key());
        if (generation == null) {
            throw new IllegalStateException(sequence + " is scheduled and not held");
        }
        return generation;
    }

    private void report(ActiveGeneration generation) {
        // Until the result is out, a snapshot has to find the progress.
        listener.onResult(generation.answer(clock.millis()));
        forget(generation);
    }

    private void fail(ActiveGeneration generation, FailureCode code, String message) {
        listener.onResult(generation.failure(new Failure(code, message), clock.millis()));
        forget(generation);
    }

    private void forget(ActiveGeneration generation) {
        loaded.speculator().forget(generation.sequence());
        held.remove(generation.sequence().key());
    }
}
