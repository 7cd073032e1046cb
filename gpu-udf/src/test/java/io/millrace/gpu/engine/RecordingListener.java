package io.millrace.gpu.engine;

import io.millrace.core.engine.EngineListener;
import io.millrace.core.engine.GenerationResult;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

/** Keeps results for the test's thread. */
final class RecordingListener implements EngineListener {

    private final Map<String, CompletableFuture<GenerationResult>> results =
            new ConcurrentHashMap<>();
    private final CompletableFuture<Throwable> failure = new CompletableFuture<>();

    GenerationResult await(String key) throws Exception {
        CompletableFuture<GenerationResult> result = of(key);
        CompletableFuture.anyOf(result, failure).get(120, TimeUnit.SECONDS);
        if (failure.isDone()) {
            throw new AssertionError("the engine failed", failure.get());
        }
        return result.get();
    }

    boolean has(String key) {
        return of(key).isDone();
    }

    private CompletableFuture<GenerationResult> of(String key) {
        return results.computeIfAbsent(key, k -> new CompletableFuture<>());
    }

    @Override
    public void onResult(GenerationResult result) {
        if (!of(result.key()).complete(result)) {
            failure.complete(new AssertionError("two results for " + result.key()));
        }
    }

    @Override
    public void onRoom() {}

    @Override
    public void onFailure(Throwable cause) {
        failure.complete(cause);
    }
}
