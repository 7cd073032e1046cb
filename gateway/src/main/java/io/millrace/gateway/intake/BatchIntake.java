package io.millrace.gateway.intake;

import io.millrace.core.ledger.BatchManifest;
import io.millrace.core.ledger.BatchState;
import io.millrace.gateway.batches.BatchTopics;
import io.millrace.gateway.http.ApiException;
import io.millrace.gateway.http.Call;
import io.millrace.gateway.http.ErrorKind;
import io.millrace.gateway.http.Ids;
import java.io.IOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * Makes a batch of entries that are spooled and judged: recognises a repeated create, looks at
 * quotas, publishes. Safe for any thread; it blocks.
 */
public final class BatchIntake {

    /** How long an answer waits for the gateway's own view to show what it has written. */
    private static final Duration SHOWN = Duration.ofSeconds(5);

    private final BatchTopics topics;
    private final BatchPublisher publisher;
    private final Quotas quotas;
    private final BatchRules rules;
    private final Ids ids;
    private final InstantSource clock;

    /** Creates under way here, which the topics do not show yet. */
    private final ConcurrentMap<String, CompletableFuture<BatchState>> underWay =
            new ConcurrentHashMap<>();

    /** All that it needs is shared with others. */
    public BatchIntake(
            BatchTopics topics,
            BatchPublisher publisher,
            Quotas quotas,
            BatchRules rules,
            Ids ids,
            InstantSource clock) {
        this.topics = topics;
        this.publisher = publisher;
        this.quotas = quotas;
        this.rules = rules;
        this.ids = ids;
        this.clock = clock;
    }

    /**
     * A batch to be.
     *
     * @param idPrefix of its id
     * @param dialect of its results
     * @param attributes that its surface wants to find again
     */
    public record NewBatch(
            Call call,
            String idPrefix,
            String dialect,
            Map<String, String> attributes,
            byte[] bodyHash,
            EntrySpool spool) {}

    /**
     * Refuses a create before its body is read if it cannot succeed.
     *
     * @throws ApiException if Kafka is silent
     */
    public void checkReady() {
        if (!topics.caughtUp() || !topics.reachable()) {
            throw ApiException.unavailable("The service cannot reach its queue, try again later");
        }
    }

    /** The batch, new or the one that an earlier try of this create has made. */
    public BatchState create(NewBatch batch) throws IOException {
        checkReady();
        Fingerprint fingerprint = Fingerprint.of(batch.call(), batch.bodyHash());
        if (fingerprint.idempotencyKey() == null && !fingerprint.mayBeRepeat()) {
            return publish(batch, fingerprint);
        }
        String name =
                String.join(
                        "/",
                        batch.call().workspace(),
                        batch.call().key().name(),
                        batch.idPrefix(),
                        fingerprint.idempotencyKey() == null
                                ? fingerprint.bodyHash()
                                : fingerprint.idempotencyKey());
        CompletableFuture<BatchState> mine = new CompletableFuture<>();
        CompletableFuture<BatchState> earlier = underWay.putIfAbsent(name, mine);
        if (earlier != null) {
            return same(fingerprint, await(earlier));
        }
        try {
            BatchState known = find(batch, fingerprint);
            BatchState state =
                    known == null ? publish(batch, fingerprint) : same(fingerprint, known);
            mine.complete(state);
            return state;
        } catch (IOException | RuntimeException e) {
            mine.completeExceptionally(e);
            throw e;
        } finally {
            underWay.remove(name, mine);
        }
    }

    private @Nullable BatchState find(NewBatch batch, Fingerprint fingerprint) {
        boolean byKey = fingerprint.idempotencyKey() != null;
        Duration window = byKey ? rules.keyWindow() : rules.repeatWindow();
        long sinceMs = clock.millis() - window.toMillis();
        String attribute = byKey ? Fingerprint.IDEMPOTENCY_ATTRIBUTE : Fingerprint.BODY_ATTRIBUTE;
        String wanted = byKey ? fingerprint.idempotencyKey() : fingerprint.bodyHash();
        return topics
                .index()
                .all(
                        batch.call().workspace(),
                        state ->
                                state.manifest().createdMs() >= sinceMs
                                        && state.manifest().id().startsWith(batch.idPrefix())
                                        && has(state, attribute, String.valueOf(wanted))
                                        && has(
                                                state,
                                                Fingerprint.KEY_ATTRIBUTE,
                                                batch.call().key().name()))
                .stream()
                .findFirst()
                .orElse(null);
    }

    private static boolean has(BatchState state, String attribute, String value) {
        return value.equals(state.manifest().attributes().get(attribute));
    }

    private static BatchState same(Fingerprint fingerprint, BatchState state) {
        if (!has(state, Fingerprint.BODY_ATTRIBUTE, fingerprint.bodyHash())) {
            throw ApiException.of(
                            ErrorKind.CONFLICT,
                            "idempotency-key: was used for a batch with another body")
                    .withoutRetry();
        }
        return state;
    }

    private BatchState publish(NewBatch batch, Fingerprint fingerprint) throws IOException {
        Map<String, String> attributes = new HashMap<>(batch.attributes());
        attributes.put(Fingerprint.KEY_ATTRIBUTE, batch.call().key().name());
        attributes.put(Fingerprint.BODY_ATTRIBUTE, fingerprint.bodyHash());
        if (fingerprint.idempotencyKey() != null) {
            attributes.put(Fingerprint.IDEMPOTENCY_ATTRIBUTE, fingerprint.idempotencyKey());
        }
        int requests = batch.spool().entries();
        try (Quotas.Reservation room = quotas.reserve(batch.call().key(), requests)) {
            long nowMs = clock.millis();
            BatchManifest manifest =
                    new BatchManifest(
                            ids.next(batch.idPrefix()),
                            batch.call().workspace(),
                            batch.dialect(),
                            requests,
                            nowMs,
                            nowMs + rules.expiry().toMillis(),
                            nowMs + rules.retention().toMillis(),
                            attributes);
            publisher.publish(
                    manifest,
                    batch.call().key().weight(),
                    batch.call().apiVersion(),
                    batch.spool());
            awaitShown(manifest.id());
            return BatchState.created(manifest);
        }
    }

    /** So that the client's next call finds it; if that takes long it is there all the same. */
    private void awaitShown(String id) {
        CompletableFuture<@Nullable BatchState> shown =
                topics.index().when(id, state -> state != null);
        try {
            shown.get(SHOWN.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException | ExecutionException e) {
            topics.index().forget(shown);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static BatchState await(CompletableFuture<BatchState> earlier) {
        try {
            return earlier.join();
        } catch (CompletionException e) {
            if (e.getCause() instanceof ApiException refusal) {
                throw refusal;
            }
            throw e;
        }
    }
}
