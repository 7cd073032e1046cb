package io.millrace.core.bucket;

import static io.millrace.core.internal.Arguments.check;

import io.millrace.core.request.LengthEstimate;
import io.millrace.core.request.QueuedRequest;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The book of a queue, whatever its order: who waits, since when, and after how many departures
 * each is overdue. One thread only.
 */
final class HeldEntries {

    private final BucketSettings settings;
    private final Map<String, Entry> byKey = new HashMap<>();
    private final TreeMap<Long, Entry> byTicket = new TreeMap<>();
    private long kvTokens;
    private long tickets;
    private long departures;

    HeldEntries(BucketSettings settings) {
        this.settings = settings;
    }

    boolean fits(QueuedRequest request) {
        return (long) request.promptTokens().length + request.maxTokens() <= settings.kvTokens();
    }

    /** The entry of a new request, not yet put in. */
    Entry newEntry(QueuedRequest request) {
        check(fits(request), "request", request, "at most " + settings.kvTokens() + " tokens");
        check(!contains(request.key()), "key", request.key(), "one that is not held");
        return new Entry(request, tickets++, departures + size() + settings.maxOvertakes());
    }

    /** An entry with its request estimated anew, in the same place. */
    static Entry estimated(Entry entry, Function<QueuedRequest, LengthEstimate> estimate) {
        QueuedRequest request = entry.request().withPredicted(estimate.apply(entry.request()));
        return new Entry(request, entry.ticket(), entry.dueAfter());
    }

    void put(Entry entry) {
        byKey.put(entry.request().key(), entry);
        byTicket.put(entry.ticket(), entry);
        kvTokens += entry.kvTokens();
    }

    void remove(Entry entry) {
        byKey.remove(entry.request().key());
        byTicket.remove(entry.ticket());
        kvTokens -= entry.kvTokens();
    }

    /** Counts one that has left for the engine. */
    void departed() {
        departures++;
    }

    /** How many may still leave before one is overdue; 0 or less if it is. */
    long untilDue(Entry entry) {
        return entry.dueAfter() - departures;
    }

    @Nullable Entry get(String key) {
        return byKey.get(key);
    }

    boolean contains(String key) {
        return byKey.containsKey(key);
    }

    int size() {
        return byKey.size();
    }

    long kvTokens() {
        return kvTokens;
    }

    /** All of them, in the order in which they came. */
    List<Entry> inOrder() {
        return List.copyOf(byTicket.values());
    }

    OptionalLong oldestArrivalMs() {
        return byTicket.isEmpty()
                ? OptionalLong.empty()
                : OptionalLong.of(byTicket.firstEntry().getValue().arrivalMs());
    }
}
