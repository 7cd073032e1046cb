package io.millrace.core.bucket;

import io.millrace.core.engine.EngineRoom;
import io.millrace.core.request.LengthEstimate;
import io.millrace.core.request.QueuedRequest;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Function;

/**
 * Everything that waits for one engine, and the choice of what it gets next. No request starves.
 * One thread only; deterministic; time comes in as a value.
 */
public interface RequestQueue {

    /** Whether an engine can ever answer it: prompt and longest answer fit its KV cache. */
    boolean fits(QueuedRequest request);

    /**
     * Takes a request.
     *
     * @throws IllegalArgumentException if its key is held or it does not fit an engine
     */
    void add(QueuedRequest request);

    /** Takes a request out, wherever it waits; empty if it does not. */
    Optional<QueuedRequest> remove(String key);

    /**
     * Takes out the next requests, as many as fit. Ask again with what room is left until there are
     * none.
     *
     * @param nowMs epoch milliseconds
     */
    MicroBatch poll(EngineRoom room, long nowMs);

    /**
     * Notes that a request that was taken out by {@link #poll} has its result.
     *
     * @param outputTokens tokens of the answer, as far as it came
     */
    void ended(String key, int outputTokens);

    /**
     * Estimates everything that waits anew, once more is known of how long answers are. Nothing
     * loses its place in the order of arrival.
     */
    void reestimate(Function<QueuedRequest, LengthEstimate> estimate);

    /** Whether a request with that key waits. */
    boolean contains(String key);

    /** Requests that wait. */
    int size();

    /** Tokens of the KV cache that they are predicted to need together. */
    long kvTokens();

    /** When the one that was added first arrived, epoch milliseconds. */
    OptionalLong oldestArrivalMs();

    /** Its buckets, shortest prompts first; one for everything where there are no others. */
    List<BucketStatistics> buckets();

    /** What is padding if every prompt is filled up to the largest in its bucket; 0 to 1. */
    double expectedWaste();
}
