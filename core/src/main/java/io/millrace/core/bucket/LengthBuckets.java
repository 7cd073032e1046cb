package io.millrace.core.bucket;

import io.millrace.core.engine.EngineRoom;
import io.millrace.core.request.LengthEstimate;
import io.millrace.core.request.QueuedRequest;
import io.millrace.core.schedule.policy.OrderedPolicy;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.function.Predicate;

/**
 * Everything that waits for an engine, in buckets of similar prompt length (BucketServe's Algorithm
 * 1), and the choice of what goes next.
 *
 * <p>Where the paper bounds a batch by {@code longest prompt * requests}, this uses the true sum of
 * tokens, predicted answers included: a bucket that asks for more than the safe share of the KV
 * cache, and of which more than half is shorter than its middle, is split there; once everything
 * together asks for less, all buckets are merged.
 *
 * <p>Inside a bucket: priority, deadline, policy. Between buckets: the one whose first request has
 * the highest priority, the earliest deadline, the earliest arrival; if that request does not fit,
 * another bucket of the same priority may go first. No request starves: one that is overdue, see
 * {@link BucketSettings#maxOvertakes}, is next, and nothing else leaves until it fits.
 *
 * <p>One thread only. Deterministic. Adding, removing and taking cost O(log requests + buckets) for
 * each request; a split or merge costs O(log requests) for each one moved.
 */
public final class LengthBuckets implements RequestQueue {

    private static final Comparator<Entry> URGENCY =
            Comparator.<Entry>comparingInt(entry -> -entry.service().priority())
                    .thenComparingLong(entry -> entry.service().deadlineMs());
    private static final Comparator<Entry> BETWEEN_BUCKETS =
            URGENCY.thenComparingLong(Entry::arrivalMs).thenComparingLong(Entry::ticket);

    // Not the order of arrival: after others were removed, one that comes later is due earlier.
    private static final Comparator<Entry> DUE =
            Comparator.comparingLong(Entry::dueAfter).thenComparingLong(Entry::ticket);

    private final BucketSettings settings;
    private final Comparator<Entry> order;
    private final HeldEntries held;
    private final TreeSet<Entry> byDue = new TreeSet<>(DUE);
    private final TreeMap<Integer, Bucket> byLow = new TreeMap<>();
    private long splits;
    private long merges;

    public LengthBuckets(BucketSettings settings, OrderedPolicy policy) {
        this.settings = settings;
        this.held = new HeldEntries(settings);
        this.order = URGENCY.thenComparing(policy).thenComparingLong(Entry::ticket);
        byLow.put(0, new Bucket(0, settings.maxLength(), order));
    }

    /** Whether an engine can ever answer it: prompt and longest answer fit its KV cache. */
    @Override
    public boolean fits(QueuedRequest request) {
        return held.fits(request);
    }

    /**
     * Takes a request.
     *
     * @throws IllegalArgumentException if its key is held or it does not fit an engine
     */
    @Override
    public void add(QueuedRequest request) {
        insert(held.newEntry(request));
    }

    /** Takes a request out, wherever it waits; empty if it does not. */
    @Override
    public Optional<QueuedRequest> remove(String key) {
        Entry entry = held.get(key);
        if (entry == null) {
            return Optional.empty();
        }
        take(entry);
        mergeIfAllFits();
        return Optional.of(entry.request());
    }

    /**
     * Takes out the next micro-batch: as many requests of the best bucket as fit. Ask again with
     * what room is left until it is empty. The order of buckets is that of arrival, whatever the
     * time.
     */
    @Override
    public MicroBatch poll(EngineRoom room, long nowMs) {
        if (held.size() == 0 || room.sequences() <= 0) {
            return MicroBatch.EMPTY;
        }
        List<Entry> chosen = new ArrayList<>();
        long untilDue = held.untilDue(byDue.first());
        if (untilDue <= 0) {
            choose(byDue.iterator(), this::isOverdue, room, chosen);
        } else {
            // INVARIANT: no batch takes more than may still leave before somebody is due.
            int sequences = (int) Math.min(room.sequences(), untilDue);
            chooseFromBestBucket(new EngineRoom(sequences, room.tokens()), chosen);
        }
        long tokens = 0;
        List<QueuedRequest> requests = new ArrayList<>(chosen.size());
        for (Entry entry : chosen) {
            take(entry);
            held.departed();
            tokens += entry.kvTokens();
            requests.add(entry.request());
        }
        mergeIfAllFits();
        return new MicroBatch(requests, tokens);
    }

    @Override
    public void ended(String key, int outputTokens) {
        // No order of buckets depends on it.
    }

    /**
     * Estimates everything that waits anew, once more is known of how long answers are. Nothing
     * loses its place in the order of arrival.
     */
    @Override
    public void reestimate(Function<QueuedRequest, LengthEstimate> estimate) {
        List<Entry> entries = held.inOrder();
        entries.forEach(held::remove);
        byDue.clear();
        byLow.clear();
        byLow.put(0, new Bucket(0, settings.maxLength(), order));
        for (Entry entry : entries) {
            insert(HeldEntries.estimated(entry, estimate));
        }
    }

    /** Whether a request with that key waits. */
    @Override
    public boolean contains(String key) {
        return held.contains(key);
    }

    /** Requests that wait. */
    @Override
    public int size() {
        return held.size();
    }

    /** Tokens of the KV cache that they are predicted to need together. */
    @Override
    public long kvTokens() {
        return held.kvTokens();
    }

    /** When the one that was added first arrived, epoch milliseconds. */
    @Override
    public OptionalLong oldestArrivalMs() {
        return held.oldestArrivalMs();
    }

    /** Every bucket, shortest prompts first. */
    @Override
    public List<BucketStatistics> buckets() {
        return byLow.values().stream().map(Bucket::statistics).toList();
    }

    /** BucketServe's expected waste: what is padding if every prompt is filled up to its bucket. */
    @Override
    public double expectedWaste() {
        long tokens = 0;
        long padded = 0;
        for (Bucket bucket : byLow.values()) {
            tokens += bucket.promptTokens();
            padded += (long) bucket.up() * bucket.size();
        }
        return padded == 0 ? 0 : 1 - (double) tokens / padded;
    }

    /** How often a bucket was split. */
    public long splits() {
        return splits;
    }

    /** How often all buckets were merged. */
    public long merges() {
        return merges;
    }

    private void chooseFromBestBucket(EngineRoom room, List<Entry> chosen) {
        List<Bucket> filled = new ArrayList<>();
        for (Bucket bucket : byLow.values()) {
            if (bucket.size() > 0) {
                filled.add(bucket);
            }
        }
        filled.sort(Comparator.comparing(Bucket::first, BETWEEN_BUCKETS));
        int priority = filled.get(0).first().service().priority();
        Predicate<Entry> asUrgent = entry -> entry.service().priority() == priority;
        for (Bucket bucket : filled) {
            if (chosen.isEmpty()) {
                choose(bucket.iterator(), asUrgent, room, chosen);
            }
        }
    }

    private static void choose(
            Iterator<Entry> entries,
            Predicate<Entry> eligible,
            EngineRoom room,
            List<Entry> chosen) {
        long tokens = room.tokens();
        while (chosen.size() < room.sequences() && entries.hasNext()) {
            Entry entry = entries.next();
            if (entry.kvTokens() > tokens || !eligible.test(entry)) {
                return;
            }
            chosen.add(entry);
            tokens -= entry.kvTokens();
        }
    }

    private boolean isOverdue(Entry entry) {
        return held.untilDue(entry) <= 0;
    }

    private void insert(Entry entry) {
        held.put(entry);
        byDue.add(entry);
        Bucket bucket = bucketOf(entry);
        bucket.add(entry);
        splitWhileTooLarge(bucket);
    }

    private void take(Entry entry) {
        held.remove(entry);
        byDue.remove(entry);
        bucketOf(entry).remove(entry);
    }

    private Bucket bucketOf(Entry entry) {
        return byLow.floorEntry(entry.promptLength()).getValue();
    }

    private void splitWhileTooLarge(Bucket bucket) {
        int cut = cut(bucket);
        if (cut < 0) {
            return;
        }
        Bucket shorter = new Bucket(bucket.low(), cut, order);
        Bucket longer = new Bucket(cut, bucket.up(), order);
        bucket.iterator()
                .forEachRemaining(
                        entry -> (entry.promptLength() < cut ? shorter : longer).add(entry));
        byLow.put(shorter.low(), shorter);
        byLow.put(longer.low(), longer);
        splits++;
        splitWhileTooLarge(shorter);
        splitWhileTooLarge(longer);
    }

    /** Where to split a bucket; -1 if it stays as it is. */
    private int cut(Bucket bucket) {
        if (bucket.kvTokens() <= settings.safeTokens()
                || bucket.up() - bucket.low() < 2 * settings.minWidth()) {
            return -1;
        }
        return switch (settings.cut()) {
            case MIDDLE -> bucket.isSkewed() ? bucket.middle() : -1;
            case QUANTILE -> bucket.bestCut(settings.minWidth());
        };
    }

    private void mergeIfAllFits() {
        if (byLow.size() == 1 || held.kvTokens() > settings.safeTokens()) {
            return;
        }
        byLow.clear();
        Bucket all = new Bucket(0, settings.maxLength(), order);
        held.inOrder().forEach(all::add);
        byLow.put(0, all);
        merges++;
    }
}
