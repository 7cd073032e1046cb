package io.millrace.core.bucket;

import io.millrace.core.engine.EngineRoom;
import io.millrace.core.request.LengthEstimate;
import io.millrace.core.request.QueuedRequest;
import io.millrace.core.schedule.Situation;
import io.millrace.core.schedule.WaitingPolicy;
import io.millrace.core.schedule.WaitingQueue;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Function;

/**
 * Everything that waits for an engine, in the order of a {@link WaitingPolicy}: what the policy
 * names next leaves if it fits the engine's room, and nothing overtakes it if it does not.
 *
 * <p>The engine tells nothing of a request between start and end, so a policy learns here of all
 * tokens of an answer at its end. One thread only.
 */
public final class PolicyQueue implements RequestQueue {

    private final BucketSettings settings;
    private final WaitingQueue<Entry> waiting;
    private final HeldEntries held;
    private final Map<String, Entry> started = new HashMap<>();
    private long promptTokens;

    public PolicyQueue(BucketSettings settings, WaitingPolicy policy) {
        this.settings = settings;
        this.held = new HeldEntries(settings);
        this.waiting = new WaitingQueue<>(policy, settings.maxOvertakes());
    }

    @Override
    public boolean fits(QueuedRequest request) {
        return held.fits(request);
    }

    @Override
    public void add(QueuedRequest request) {
        insert(held.newEntry(request));
    }

    @Override
    public Optional<QueuedRequest> remove(String key) {
        Entry entry = held.get(key);
        if (entry == null) {
            return Optional.empty();
        }
        waiting.remove(entry);
        forget(entry);
        return Optional.of(entry.request());
    }

    @Override
    public MicroBatch poll(EngineRoom room, long nowMs) {
        List<QueuedRequest> chosen = new ArrayList<>();
        long tokens = 0;
        while (chosen.size() < room.sequences()) {
            int sequences = room.sequences() - chosen.size();
            Entry next = waiting.first(Situation.idle(nowMs, sequences, room.tokens() - tokens));
            if (next == null || next.kvTokens() > room.tokens() - tokens) {
                break;
            }
            waiting.start(next, 0);
            held.departed();
            started.put(next.request().key(), next);
            forget(next);
            tokens += next.kvTokens();
            chosen.add(next.request());
        }
        return new MicroBatch(chosen, tokens);
    }

    @Override
    public void ended(String key, int outputTokens) {
        Entry entry = started.remove(key);
        if (entry != null) {
            if (outputTokens > 0) {
                waiting.generated(entry, outputTokens);
            }
            waiting.remove(entry);
        }
    }

    @Override
    public void reestimate(Function<QueuedRequest, LengthEstimate> estimate) {
        List<Entry> entries = held.inOrder();
        for (Entry entry : entries) {
            waiting.remove(entry);
            forget(entry);
        }
        for (Entry entry : entries) {
            insert(HeldEntries.estimated(entry, estimate));
        }
    }

    @Override
    public boolean contains(String key) {
        return held.contains(key);
    }

    @Override
    public int size() {
        return held.size();
    }

    @Override
    public long kvTokens() {
        return held.kvTokens();
    }

    @Override
    public OptionalLong oldestArrivalMs() {
        return held.oldestArrivalMs();
    }

    @Override
    public List<BucketStatistics> buckets() {
        int longest = 0;
        for (Entry entry : held.inOrder()) {
            longest = Math.max(longest, entry.promptLength());
        }
        return List.of(
                new BucketStatistics(
                        0, settings.maxLength(), size(), promptTokens, kvTokens(), longest));
    }

    @Override
    public double expectedWaste() {
        return size() == 0 ? 0 : 1 - (double) promptTokens / ((long) settings.maxLength() * size());
    }

    private void insert(Entry entry) {
        held.put(entry);
        promptTokens += entry.promptLength();
        waiting.enter(entry, entry.ticket(), entry.dueAfter());
    }

    private void forget(Entry entry) {
        held.remove(entry);
        promptTokens -= entry.promptLength();
    }
}
