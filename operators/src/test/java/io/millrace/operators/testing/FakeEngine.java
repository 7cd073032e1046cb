package io.millrace.operators.testing;

import io.millrace.core.engine.EngineListener;
import io.millrace.core.engine.EngineRoom;
import io.millrace.core.engine.EngineStatistics;
import io.millrace.core.engine.GenerationEngine;
import io.millrace.core.engine.GenerationTask;
import io.millrace.core.engine.ModelInfo;
import io.millrace.core.engine.PredictionStatistics;
import io.millrace.core.engine.Progress;
import io.millrace.core.engine.SpeculationStatistics;
import io.millrace.core.engine.StepSums;
import io.millrace.core.request.QuantileShifts;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * An engine without a model: every step prefills the new tasks and gives each task one token. Which
 * tokens, and how many, depends on prompt and seed only, see {@link FakeAnswer}, so a test knows
 * every answer in advance, also of a generation that was interrupted.
 *
 * <p>Stepped by hand, or by a thread of its own.
 */
public final class FakeEngine implements GenerationEngine {

    /** The drafter that it says has drafted in all of its steps, and never got anything right. */
    public static final String DRAFTER = "fake";

    private static final int BLOCK_TOKENS = 16;

    /** What its steps pretend to take. */
    private static final long STEP_MICROS = 50;

    private final FakeSettings settings;
    private final EngineListener listener;
    private final FakeProbe probe;
    private final Map<String, FakeTask> held = new LinkedHashMap<>();
    private @Nullable Thread thread;
    private boolean closed;
    private boolean broken;
    private long steps;
    private long stepNanos;
    private long prefilled;
    private long decoded;
    private long batched;
    private int peakBlocks;
    private StepSums sums = StepSums.NONE;
    private QuantileShifts shifts = QuantileShifts.NONE;

    private FakeEngine(FakeSettings settings, EngineListener listener, FakeProbe probe) {
        this.settings = settings;
        this.listener = listener;
        this.probe = probe;
    }

    /** Starts engines that are stepped by hand, through {@link FakeProbe#engines()}. */
    public static Factory steppedByHand(FakeSettings settings, String probe) {
        return listener -> {
            FakeEngine engine = new FakeEngine(settings, listener, FakeProbe.named(probe));
            engine.probe.started(engine);
            return engine;
        };
    }

    /**
     * Starts engines that step by themselves.
     *
     * @param pauseMicros between two steps
     */
    public static Factory running(FakeSettings settings, String probe, long pauseMicros) {
        return listener -> {
            FakeEngine engine = new FakeEngine(settings, listener, FakeProbe.named(probe));
            engine.probe.started(engine);
            Thread thread = new Thread(() -> engine.run(pauseMicros), "fake-engine");
            thread.setDaemon(true);
            engine.thread = thread;
            thread.start();
            return engine;
        };
    }

    /** One iteration: a token for everybody. */
    public synchronized void step() {
        if (closed || broken || held.isEmpty()) {
            return;
        }
        long startNanos = System.nanoTime();
        long prefilledBefore = prefilled;
        long decodedBefore = decoded;
        steps++;
        batched += held.size();
        for (FakeTask task : List.copyOf(held.values())) {
            if (task.isNew()) {
                prefilled += task.prefill();
                probe.prefilled(task.key(), task.resumedTokens(), task.prefill());
            }
            decoded += task.advance(System.currentTimeMillis());
        }
        peakBlocks = Math.max(peakBlocks, usedBlocks());
        sums = sums.plus(prefilled - prefilledBefore, decoded - decodedBefore, 0, STEP_MICROS);
        for (FakeTask task : List.copyOf(held.values())) {
            if (task.isDone()) {
                // Reported first, forgotten then: progress() must not miss what is not queued yet.
                listener.onResult(task.result(System.currentTimeMillis()));
                held.remove(task.key());
            }
        }
        stepNanos += System.nanoTime() - startNanos;
        listener.onRoom();
        if (probe.shouldFail()) {
            fail(new IllegalStateException("injected failure"));
        }
    }

    /** Breaks it: it never steps again. */
    public synchronized void fail(Throwable cause) {
        broken = true;
        listener.onFailure(cause);
    }

    /** Keys of what it holds, in the order in which they came. */
    public synchronized List<String> heldKeys() {
        return List.copyOf(held.keySet());
    }

    /** Of those, the ones for which tokens may be drafted. */
    public synchronized List<String> speculatingKeys() {
        return held.values().stream().filter(FakeTask::speculates).map(FakeTask::key).toList();
    }

    /** Weights of what it holds, by key. */
    public synchronized Map<String, Double> heldWeights() {
        Map<String, Double> weights = new LinkedHashMap<>();
        held.forEach((key, task) -> weights.put(key, task.weight()));
        return weights;
    }

    /** Whether it was closed. */
    public synchronized boolean isClosed() {
        return closed;
    }

    @Override
    public ModelInfo model() {
        return settings.model();
    }

    @Override
    public String precision() {
        return "fake";
    }

    @Override
    public synchronized void submit(List<GenerationTask> tasks) {
        for (GenerationTask task : tasks) {
            if (held.containsKey(task.key())) {
                throw new IllegalArgumentException("key: " + task.key() + " (expected: not held)");
            }
            if (task.prompt().remaining() == 0
                    || task.prompt().remaining() >= settings.contextLength()) {
                throw new IllegalArgumentException("prompt: " + task.prompt().remaining());
            }
            held.put(task.key(), new FakeTask(task, settings));
        }
        probe.submitted(tasks.size());
    }

    @Override
    public synchronized void cancel(String key) {
        FakeTask task = held.get(key);
        if (task != null) {
            task.cancel();
        }
    }

    @Override
    public synchronized EngineRoom room() {
        long promised = held.values().stream().mapToLong(FakeTask::promisedTokens).sum();
        return new EngineRoom(
                Math.max(0, settings.sequences() - held.size()),
                Math.max(0, settings.kvTokens() - promised));
    }

    @Override
    public synchronized Map<String, Progress> progress() {
        Map<String, Progress> progress = new HashMap<>();
        held.forEach((key, task) -> progress.put(key, task.progress()));
        return progress;
    }

    @Override
    public synchronized void correctPredictions(QuantileShifts newShifts) {
        shifts = newShifts;
    }

    @Override
    public synchronized EngineStatistics statistics() {
        return new EngineStatistics(
                steps,
                stepNanos,
                prefilled,
                decoded,
                batched,
                0,
                batched * BLOCK_TOKENS,
                0,
                new SpeculationStatistics(
                        0,
                        0,
                        steps,
                        0,
                        0,
                        List.of(),
                        List.of(),
                        new TreeMap<>(Map.of(DRAFTER, steps))),
                new PredictionStatistics(0, 0, 0, shifts),
                sums,
                (int) (settings.kvTokens() / BLOCK_TOKENS),
                usedBlocks(),
                peakBlocks,
                held.size(),
                0);
    }

    @Override
    public void close() {
        synchronized (this) {
            closed = true;
        }
        if (thread != null) {
            try {
                thread.join(TimeUnit.SECONDS.toMillis(10));
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private void run(long pauseMicros) {
        while (!isClosed()) {
            step();
            LockSupport.parkNanos(TimeUnit.MICROSECONDS.toNanos(pauseMicros));
        }
    }

    private int usedBlocks() {
        return held.values().stream().mapToInt(FakeTask::tokens).sum() / BLOCK_TOKENS;
    }
}
