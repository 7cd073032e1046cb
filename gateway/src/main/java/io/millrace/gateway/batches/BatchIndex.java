package io.millrace.gateway.batches;

import io.millrace.core.ledger.BatchState;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Batches in memory: what the topics of batches and of control messages say together, in whatever
 * order they are read. Ids sort by age. Safe for any thread; nothing blocks.
 */
public final class BatchIndex {

    private final Map<String, BatchState> byId = new HashMap<>();
    private final Map<String, NavigableMap<String, BatchState>> byWorkspace = new HashMap<>();
    private final Map<String, Long> cancels = new HashMap<>();
    private final Set<String> deletes = new HashSet<>();
    private final List<Waiter> waiters = new ArrayList<>();

    private record Waiter(
            String id,
            Predicate<@Nullable BatchState> condition,
            CompletableFuture<@Nullable BatchState> answer) {}

    /**
     * Part of a list.
     *
     * @param more whether there are more in the direction that was asked for
     */
    public record Page(List<BatchState> batches, boolean more) {}

    /** A batch was created or changed. */
    synchronized void put(BatchState state) {
        String id = state.manifest().id();
        byId.put(id, state);
        byWorkspace
                .computeIfAbsent(state.manifest().workspace(), name -> new TreeMap<>())
                .put(id, state);
        tell(id);
    }

    /** A batch was deleted. */
    synchronized void remove(String id) {
        BatchState gone = byId.remove(id);
        cancels.remove(id);
        deletes.remove(id);
        if (gone != null) {
            String workspace = gone.manifest().workspace();
            NavigableMap<String, BatchState> rest = byWorkspace.get(workspace);
            if (rest != null) {
                rest.remove(id);
            }
        }
        tell(id);
    }

    /** A client canceled it; the first time counts. */
    synchronized void cancel(String id, long atMs) {
        cancels.putIfAbsent(id, atMs);
        tell(id);
    }

    /** A client deleted it, which counts once it has ended. */
    synchronized void delete(String id) {
        deletes.add(id);
        tell(id);
    }

    /** The batch as clients see it; null if there is none. */
    public synchronized @Nullable BatchState find(String id) {
        BatchState state = byId.get(id);
        return state == null ? null : seen(state);
    }

    /** Batches of a workspace whose ids start so and that a filter takes, newest first. */
    public synchronized List<BatchState> all(String workspace, Predicate<BatchState> filter) {
        NavigableMap<String, BatchState> mine =
                byWorkspace.getOrDefault(workspace, new TreeMap<>());
        return walk(mine.descendingMap(), filter, Integer.MAX_VALUE);
    }

    /** Older ones than an id, or from the newest on; newest first. */
    public synchronized Page after(
            String workspace, String prefix, @Nullable String afterId, int limit) {
        NavigableMap<String, BatchState> mine = ofPrefix(workspace, prefix);
        NavigableMap<String, BatchState> older =
                afterId == null ? mine : mine.headMap(afterId, false);
        List<BatchState> found = walk(older.descendingMap(), state -> true, limit + 1);
        boolean more = found.size() > limit;
        return new Page(more ? found.subList(0, limit) : found, more);
    }

    /** The newer ones than an id that are nearest to it; newest first. */
    public synchronized Page before(String workspace, String prefix, String beforeId, int limit) {
        NavigableMap<String, BatchState> newer =
                ofPrefix(workspace, prefix).tailMap(beforeId, false);
        List<BatchState> found = walk(newer, state -> true, limit + 1);
        boolean more = found.size() > limit;
        List<BatchState> page = new ArrayList<>(more ? found.subList(0, limit) : found);
        Collections.reverse(page);
        return new Page(page, more);
    }

    /** Completes with the batch as soon as it is so; null stands for one that is not there. */
    public synchronized CompletableFuture<@Nullable BatchState> when(
            String id, Predicate<@Nullable BatchState> condition) {
        BatchState now = find(id);
        if (condition.test(now)) {
            return CompletableFuture.completedFuture(now);
        }
        Waiter waiter = new Waiter(id, condition, new CompletableFuture<>());
        waiters.add(waiter);
        return waiter.answer();
    }

    /** Nobody waits any longer for what this future was for. */
    public synchronized void forget(CompletableFuture<@Nullable BatchState> answer) {
        waiters.removeIf(waiter -> waiter.answer() == answer);
    }

    /** How many there are. */
    public synchronized int size() {
        return byId.size();
    }

    private NavigableMap<String, BatchState> ofPrefix(String workspace, String prefix) {
        NavigableMap<String, BatchState> mine =
                byWorkspace.getOrDefault(workspace, new TreeMap<>());
        return mine.subMap(prefix, true, prefix + Character.MAX_VALUE, false);
    }

    private List<BatchState> walk(
            NavigableMap<String, BatchState> states, Predicate<BatchState> filter, int limit) {
        List<BatchState> found = new ArrayList<>();
        for (BatchState state : states.values()) {
            BatchState seen = seen(state);
            if (seen != null && filter.test(seen)) {
                found.add(seen);
                if (found.size() == limit) {
                    break;
                }
            }
        }
        return found;
    }

    private @Nullable BatchState seen(BatchState state) {
        String id = state.manifest().id();
        if (state.endedMs() != null && deletes.contains(id)) {
            return null;
        }
        Long canceledMs = cancels.get(id);
        return canceledMs == null ? state : state.canceledAt(canceledMs);
    }

    private void tell(String id) {
        if (waiters.isEmpty()) {
            return;
        }
        BatchState now = find(id);
        waiters.removeIf(
                waiter -> {
                    boolean met = waiter.id().equals(id) && waiter.condition().test(now);
                    if (met) {
                        // Whoever waits goes on in a thread of its own, not in the reader's.
                        var unused = waiter.answer().completeAsync(() -> now);
                    }
                    return met;
                });
    }
}
