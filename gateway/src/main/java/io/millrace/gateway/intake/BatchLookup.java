package io.millrace.gateway.intake;

import io.millrace.core.control.ControlMessage;
import io.millrace.core.ledger.BatchState;
import io.millrace.gateway.batches.BatchIndex;
import io.millrace.gateway.batches.BatchTopics;
import io.millrace.gateway.http.ApiException;
import io.millrace.gateway.http.Ids;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Batches that a workspace may see, and what may be asked of them. Safe for any thread; nothing
 * blocks.
 */
public final class BatchLookup {

    /** How long an answer waits for the gateway's own view to show what it has written. */
    private static final long SHOWN_MS = 5_000;

    private final BatchTopics topics;
    private final Outbox outbox;
    private final InstantSource clock;

    /** All that it needs is shared with others. */
    public BatchLookup(BatchTopics topics, Outbox outbox, InstantSource clock) {
        this.topics = topics;
        this.outbox = outbox;
        this.clock = clock;
    }

    /**
     * What the topics say.
     *
     * @throws ApiException while they have not been read to their end
     */
    public BatchIndex index() {
        if (!topics.caughtUp()) {
            throw ApiException.unavailable("The service is starting, try again later");
        }
        return topics.index();
    }

    /** The batch if the id is one and the workspace may see it. */
    public Optional<BatchState> find(String workspace, String idPrefix, String id) {
        BatchState state = Ids.isId(idPrefix, id) ? index().find(id) : null;
        return Optional.ofNullable(state)
                .filter(found -> found.manifest().workspace().equals(workspace));
    }

    /** Completes with the batch as it is then; one that has ended is left as it is. */
    public CompletableFuture<BatchState> cancel(BatchState state) {
        if (state.status() != BatchState.Status.IN_PROGRESS) {
            return CompletableFuture.completedFuture(state);
        }
        String id = state.manifest().id();
        long nowMs = clock.millis();
        return outbox.send(new ControlMessage.CancelBatch(id, nowMs))
                .thenCompose(
                        sent ->
                                shown(
                                        id,
                                        now ->
                                                now == null
                                                        || now.status()
                                                                != BatchState.Status.IN_PROGRESS))
                .thenApply(now -> now == null ? state.canceledAt(nowMs) : now);
    }

    /** Completes when it is gone. */
    public CompletableFuture<Void> delete(BatchState state) {
        String id = state.manifest().id();
        return outbox.send(new ControlMessage.DeleteBatch(id))
                .thenCompose(sent -> shown(id, now -> now == null))
                .thenAccept(now -> {});
    }

    private CompletableFuture<@Nullable BatchState> shown(
            String id, Predicate<@Nullable BatchState> condition) {
        CompletableFuture<@Nullable BatchState> answer = topics.index().when(id, condition);
        return answer.completeOnTimeout(null, SHOWN_MS, TimeUnit.MILLISECONDS)
                .whenComplete((state, failure) -> topics.index().forget(answer));
    }
}
