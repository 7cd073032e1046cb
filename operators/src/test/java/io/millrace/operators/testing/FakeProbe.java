package io.millrace.operators.testing;

import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;

/**
 * What the fake engines of one test did, and the way to disturb them. Engines are started from
 * serialised factories, so test and engine meet by a name; a test uses a name of its own.
 */
public final class FakeProbe {

    private static final Map<String, FakeProbe> PROBES = new ConcurrentHashMap<>();

    private final List<FakeEngine> engines = new CopyOnWriteArrayList<>();
    private final AtomicLong submitted = new AtomicLong();
    private final AtomicLong prefilledTokens = new AtomicLong();
    private final AtomicLong promptTokens = new AtomicLong();
    private final Map<String, Integer> resumedTokens = new ConcurrentHashMap<>();
    private final AtomicBoolean failSoon = new AtomicBoolean();

    private FakeProbe() {}

    /** The probe of that name. */
    public static FakeProbe named(String name) {
        return PROBES.computeIfAbsent(name, n -> new FakeProbe());
    }

    /** Every engine that was started, the latest last. */
    public List<FakeEngine> engines() {
        return engines;
    }

    /** Tasks submitted, each again after every restart. */
    public long submitted() {
        return submitted.get();
    }

    /** Prompt and resumed tokens prefilled by all engines. */
    public long prefilledTokens() {
        return prefilledTokens.get();
    }

    /** Of these, tokens of prompts. */
    public long promptTokens() {
        return promptTokens.get();
    }

    /** By key: the tokens that it had when it was last submitted, if it had any. */
    public Map<String, Integer> resumedTokens() {
        return resumedTokens;
    }

    /** Breaks the engine that steps next, once. */
    public void failOnce() {
        failSoon.set(true);
    }

    boolean shouldFail() {
        return failSoon.compareAndSet(true, false);
    }

    void started(FakeEngine engine) {
        engines.add(engine);
    }

    void submitted(int tasks) {
        submitted.addAndGet(tasks);
    }

    void prefilled(String key, int resumed, int tokens) {
        prefilledTokens.addAndGet(tokens);
        promptTokens.addAndGet((long) tokens - resumed);
        if (resumed > 0) {
            resumedTokens.put(key, resumed);
        }
    }
}
