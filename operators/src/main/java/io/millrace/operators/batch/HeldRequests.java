package io.millrace.operators.batch;

import io.millrace.core.bucket.BucketStatistics;
import io.millrace.core.bucket.RequestQueue;
import io.millrace.core.engine.EngineRoom;
import io.millrace.core.request.LengthEstimate;
import io.millrace.core.request.QueuedRequest;
import io.millrace.core.request.Service;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.TreeSet;
import java.util.function.Function;

/**
 * Every request that was accepted and has no result yet: those that wait in a queue, those that
 * were interrupted by a restart and go first, and those that the engine holds. The image in memory
 * of what the operator keeps in keyed state, with the indexes that state lacks.
 */
final class HeldRequests {

    private final RequestQueue queue;
    private final Map<String, QueuedRequest> byKey = new HashMap<>();
    private final Map<String, List<String>> keysById = new HashMap<>();
    private final Map<String, QueuedRequest> interrupted = new LinkedHashMap<>();
    private final TreeSet<Deadline> deadlines =
            new TreeSet<>(Comparator.comparingLong(Deadline::ms).thenComparing(Deadline::key));
    private long promptTokens;

    HeldRequests(RequestQueue queue) {
        this.queue = queue;
    }

    /** Whether an engine can ever answer it. */
    boolean fits(QueuedRequest request) {
        return queue.fits(request);
    }

    /** Takes a new request; it waits. */
    void add(QueuedRequest request, LengthEstimate estimate) {
        queue.add(request.withPredicted(estimate));
        index(request);
    }

    /** Takes a request that the engine had begun before a restart; it waits in front of all. */
    void addInterrupted(QueuedRequest request, LengthEstimate estimate) {
        interrupted.put(request.key(), request.withPredicted(estimate));
        index(request);
    }

    /**
     * Takes the next requests for that room out of the queue; they stay held.
     *
     * @param nowMs epoch milliseconds
     */
    List<QueuedRequest> next(EngineRoom room, long nowMs) {
        if (room.sequences() <= 0) {
            return List.of();
        }
        return interrupted.isEmpty() ? queue.poll(room, nowMs).requests() : nextInterrupted(room);
    }

    /** Notes how many tokens the answer of a request has that the engine has ended. */
    void ended(String key, int outputTokens) {
        queue.ended(key, outputTokens);
    }

    /** Forgets a request, if it is held. */
    void remove(String key) {
        QueuedRequest request = byKey.remove(key);
        if (request == null) {
            return;
        }
        if (interrupted.remove(key) == null && queue.remove(key).isEmpty()) {
            queue.ended(key, 0);
        }
        promptTokens -= request.promptTokens().length;
        deadlines.remove(new Deadline(request.request().service().deadlineMs(), key));
        keysById.computeIfPresent(
                request.request().id(),
                (id, keys) -> {
                    keys.remove(key);
                    return keys.isEmpty() ? null : keys;
                });
    }

    /** Estimates anew what waits, given each request as it was added. */
    void reestimate(Function<QueuedRequest, LengthEstimate> estimate) {
        queue.reestimate(waiting -> estimate.apply(get(waiting.key())));
    }

    /**
     * A request as it was added.
     *
     * @throws IllegalStateException if it is not held
     */
    QueuedRequest get(String key) {
        QueuedRequest request = byKey.get(key);
        if (request == null) {
            throw new IllegalStateException("key: " + key + " (expected: one that is held)");
        }
        return request;
    }

    boolean contains(String key) {
        return byKey.containsKey(key);
    }

    /** Whether the engine does not hold it yet. */
    boolean isWaiting(String key) {
        return interrupted.containsKey(key) || queue.contains(key);
    }

    /** The requests with that client's id. */
    List<QueuedRequest> withId(String id) {
        return keysById.getOrDefault(id, List.of()).stream().map(this::get).toList();
    }

    /** The requests of a batch. Looks at all that are held. */
    List<QueuedRequest> ofBatch(String batch) {
        return byKey.values().stream()
                .filter(request -> batch.equals(request.request().batch()))
                .toList();
    }

    /** The requests whose deadline is not after that time; each is returned once. */
    List<QueuedRequest> takeExpired(long nowMs) {
        List<QueuedRequest> expired = new ArrayList<>();
        while (!deadlines.isEmpty() && deadlines.first().ms() <= nowMs) {
            Deadline next = deadlines.first();
            deadlines.remove(next);
            expired.add(get(next.key()));
        }
        return expired;
    }

    /** The next deadline, epoch milliseconds. */
    OptionalLong nextDeadlineMs() {
        return deadlines.isEmpty() ? OptionalLong.empty() : OptionalLong.of(deadlines.first().ms());
    }

    int size() {
        return byKey.size();
    }

    int waiting() {
        return interrupted.size() + queue.size();
    }

    /** Prompt tokens of everything held: what the memory of this object is mostly for. */
    long promptTokens() {
        return promptTokens;
    }

    OptionalLong oldestWaitingMs() {
        return queue.oldestArrivalMs();
    }

    List<BucketStatistics> buckets() {
        return queue.buckets();
    }

    double expectedWaste() {
        return queue.expectedWaste();
    }

    private void index(QueuedRequest request) {
        byKey.put(request.key(), request);
        keysById.computeIfAbsent(request.request().id(), id -> new ArrayList<>(1))
                .add(request.key());
        promptTokens += request.promptTokens().length;
        long deadlineMs = request.request().service().deadlineMs();
        if (deadlineMs != Service.NO_DEADLINE) {
            deadlines.add(new Deadline(deadlineMs, request.key()));
        }
    }

    private List<QueuedRequest> nextInterrupted(EngineRoom room) {
        List<QueuedRequest> chosen = new ArrayList<>();
        long tokens = room.tokens();
        Iterator<QueuedRequest> waiting = interrupted.values().iterator();
        while (waiting.hasNext() && chosen.size() < room.sequences()) {
            QueuedRequest request = waiting.next();
            int answer = Math.min(request.maxTokens(), request.predicted().upper());
            tokens -= request.promptTokens().length + (long) answer;
            if (tokens < 0) {
                break;
            }
            chosen.add(request);
            waiting.remove();
        }
        return chosen;
    }

    private record Deadline(long ms, String key) {}
}
