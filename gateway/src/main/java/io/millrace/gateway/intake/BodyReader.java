package io.millrace.gateway.intake;

import com.linecorp.armeria.common.HttpData;
import com.linecorp.armeria.common.HttpHeaderNames;
import com.linecorp.armeria.common.HttpObject;
import com.linecorp.armeria.common.HttpRequest;
import com.linecorp.armeria.common.stream.StreamMessage;
import com.linecorp.armeria.server.ServiceRequestContext;
import io.millrace.gateway.http.ApiException;
import io.millrace.gateway.http.ErrorKind;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Subscriber;
import org.reactivestreams.Subscription;

/**
 * Feeds a consumer with a request's body as it arrives: the next piece is asked for when the last
 * one is consumed, so that memory is bounded and a slow client occupies no thread. After a refusal
 * the rest of the body is read and dropped, within a bound, since many clients read no answer
 * before they have sent everything.
 */
public final class BodyReader implements Subscriber<HttpObject> {

    /** How much of a refused body is still read: as much again as one may have, at most this. */
    private static final long MAX_DRAINED_BYTES = 512L << 20;

    private static final String IDENTITY = "identity";

    private final StreamMessage<? extends HttpObject> body;
    private final ServiceRequestContext context;
    private final Executor executor;
    private final BodyLimits limits;
    private final BodyConsumer consumer;
    private final @Nullable Gunzip gunzip;
    private final CompletableFuture<Void> done = new CompletableFuture<>();

    private CompletableFuture<@Nullable Void> tail = CompletableFuture.completedFuture(null);
    private @Nullable Subscription subscription;
    private @Nullable ScheduledFuture<?> idle;
    private @Nullable Throwable refusal;
    private long drainedBytes;

    private BodyReader(
            ServiceRequestContext context,
            StreamMessage<? extends HttpObject> body,
            String encoding,
            BodyLimits limits,
            BodyConsumer consumer) {
        this.context = context;
        this.body = body;
        this.executor = context.blockingTaskExecutor();
        this.limits = limits;
        switch (encoding) {
            case IDENTITY -> {
                this.gunzip = null;
                this.consumer = new LimitedBody(consumer, limits.maxBytes(), "");
            }
            case "gzip", "x-gzip" -> {
                this.gunzip =
                        new Gunzip(
                                new LimitedBody(
                                        consumer,
                                        limits.maxBytes(),
                                        "request_body_too_large_after_decoding"));
                this.consumer = new LimitedBody(gunzip, limits.maxBytes(), "");
            }
            default ->
                    throw ApiException.of(
                                    ErrorKind.UNSUPPORTED_MEDIA,
                                    "content-encoding: %s (expected: identity or gzip)"
                                            .formatted(encoding.replaceAll("[^a-z0-9, -]", "?")))
                            .code("request_body_encoding_unsupported");
        }
    }

    /**
     * Reads to the end.
     *
     * @return completes when the consumer has finished; exceptionally with its refusal, with a
     *     timeout, or when the client goes away
     */
    public static CompletableFuture<Void> read(
            ServiceRequestContext context,
            HttpRequest request,
            BodyLimits limits,
            BodyConsumer consumer) {
        String encoding =
                request.headers()
                        .get(HttpHeaderNames.CONTENT_ENCODING, IDENTITY)
                        .toLowerCase(Locale.ROOT);
        try {
            return new BodyReader(context, request, encoding, limits, consumer).start();
        } catch (ApiException e) {
            return CompletableFuture.failedFuture(e);
        }
    }

    /** Reads a part of a body to its end, as {@link #read} does the whole. */
    public static CompletableFuture<Void> readPart(
            ServiceRequestContext context,
            StreamMessage<? extends HttpData> part,
            BodyLimits limits,
            BodyConsumer consumer) {
        return new BodyReader(context, part, IDENTITY, limits, consumer).start();
    }

    private CompletableFuture<Void> start() {
        body.subscribe(this, context.eventLoop());
        return done;
    }

    @Override
    public void onSubscribe(Subscription started) {
        subscription = started;
        askForMore();
    }

    @Override
    public void onNext(HttpObject object) {
        stopIdleTimer();
        if (object instanceof HttpData data && !data.isEmpty()) {
            byte[] bytes = data.array();
            then(() -> consume(bytes), executor);
            then(this::askForMore, context.eventLoop());
        } else {
            askForMore();
        }
    }

    @Override
    public void onError(Throwable cause) {
        stopIdleTimer();
        then(() -> end(refusal == null ? cause : refusal), executor);
    }

    @Override
    public void onComplete() {
        stopIdleTimer();
        then(this::finish, executor);
    }

    /** One step after the other, whatever became of the one before. */
    private void then(Runnable step, Executor where) {
        tail =
                tail.handleAsync(
                        (nothing, failure) -> {
                            step.run();
                            return null;
                        },
                        where);
    }

    private void consume(byte[] bytes) {
        if (refusal != null) {
            drainedBytes += bytes.length;
            if (drainedBytes > Math.min(limits.maxBytes(), MAX_DRAINED_BYTES)) {
                end(refusal);
                body.abort();
            }
            return;
        }
        try {
            consumer.accept(bytes, 0, bytes.length);
        } catch (IOException e) {
            refusal = new UncheckedIOException(e);
        } catch (RuntimeException e) {
            refusal = e;
        }
    }

    private void finish() {
        if (refusal == null) {
            try {
                consumer.finish();
            } catch (IOException e) {
                refusal = new UncheckedIOException(e);
            } catch (RuntimeException e) {
                refusal = e;
            }
        }
        end(refusal);
    }

    private void end(@Nullable Throwable failure) {
        if (gunzip != null) {
            gunzip.close();
        }
        if (failure == null) {
            done.complete(null);
        } else {
            done.completeExceptionally(failure);
        }
    }

    /** On the event loop, as all that concerns the subscription. */
    private void askForMore() {
        if (subscription == null || done.isDone()) {
            return;
        }
        idle =
                context.eventLoop()
                        .schedule(
                                this::giveUp,
                                limits.idleTimeout().toMillis(),
                                TimeUnit.MILLISECONDS);
        subscription.request(1);
    }

    private void giveUp() {
        ApiException tooSlow =
                ApiException.of(
                        ErrorKind.REQUEST_TIMEOUT,
                        "No bytes of the request body for %d s"
                                .formatted(limits.idleTimeout().toSeconds()));
        then(() -> end(refusal == null ? tooSlow : refusal), executor);
        then(body::abort, executor);
    }

    private void stopIdleTimer() {
        if (idle != null) {
            idle.cancel(false);
        }
    }
}
