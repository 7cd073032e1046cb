package io.millrace.gateway.intake;

import io.millrace.core.ledger.BatchState;
import io.millrace.gateway.access.ApiKey;
import io.millrace.gateway.access.Limits;
import io.millrace.gateway.batches.BatchIndex;
import io.millrace.gateway.http.ApiException;
import io.millrace.gateway.http.ErrorKind;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Whether a workspace may have another batch, by what the topics say of its batches and by what
 * this gateway is about to write. Safe for any thread. Two gateways that take batches in at the
 * same moment may together exceed a quota by these.
 */
public final class Quotas {

    private static final Duration DAY = Duration.ofDays(1);
    private static final Duration WAIT = Duration.ofSeconds(60);

    private final BatchIndex index;
    private final InstantSource clock;
    private final Map<String, Pending> pending = new HashMap<>();

    private record Pending(long requests, int batches) {
        Pending plus(long moreRequests, int moreBatches) {
            return new Pending(requests + moreRequests, batches + moreBatches);
        }
    }

    /** Room that is taken until it is given back; by then the index counts the batch. */
    public final class Reservation implements AutoCloseable {
        private final String workspace;
        private final long requests;

        private Reservation(String workspace, long requests) {
            this.workspace = workspace;
            this.requests = requests;
        }

        @Override
        public void close() {
            add(workspace, -requests, -1);
        }
    }

    /** By what an index says. */
    public Quotas(BatchIndex index, InstantSource clock) {
        this.index = index;
        this.clock = clock;
    }

    /**
     * Takes room for a batch.
     *
     * @throws ApiException of kind rate limit that says which quota is used up
     */
    public synchronized Reservation reserve(ApiKey key, long requests) {
        Limits limits = key.limits();
        List<BatchState> batches = index.all(key.workspace(), state -> true);
        Pending now = pending.getOrDefault(key.workspace(), new Pending(0, 0));
        long queued = now.requests() + requests;
        long open = 1L + now.batches();
        for (BatchState state : batches) {
            if (state.endedMs() == null) {
                queued += state.manifest().requests() - state.counts().finished();
                open++;
            }
        }
        check("requests in the queue", queued, limits.maxQueuedRequests(), WAIT);
        check("batches in progress", open, limits.maxBatches(), WAIT);
        checkTokens(limits, batches);
        add(key.workspace(), requests, 1);
        return new Reservation(key.workspace(), requests);
    }

    private void checkTokens(Limits limits, List<BatchState> batches) {
        long sinceMs = clock.millis() - DAY.toMillis();
        long tokens = 0;
        long oldestMs = clock.millis();
        for (BatchState state : batches) {
            if (state.manifest().createdMs() > sinceMs) {
                tokens += state.counts().inputTokens() + state.counts().outputTokens();
                oldestMs = Math.min(oldestMs, state.manifest().createdMs());
            }
        }
        Duration wait = Duration.ofMillis(oldestMs - sinceMs);
        check("tokens in 24 hours", tokens + 1, limits.maxTokensPerDay(), wait);
    }

    private static void check(String what, long wanted, long most, Duration wait) {
        if (wanted > most) {
            throw ApiException.of(
                            ErrorKind.RATE_LIMIT,
                            "This request would exceed your workspace's limit of %d %s"
                                    .formatted(most, what))
                    .retryAfter(wait);
        }
    }

    private synchronized void add(String workspace, long requests, int batches) {
        pending.merge(
                workspace,
                new Pending(requests, batches),
                (a, b) -> a.plus(b.requests(), b.batches()));
    }
}
