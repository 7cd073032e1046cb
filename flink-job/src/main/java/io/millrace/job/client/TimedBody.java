package io.millrace.job.client;

import java.io.IOException;
import java.io.InputStream;
import java.net.http.HttpResponse.BodySubscriber;
import java.net.http.HttpTimeoutException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The body of an answer as a stream that does not wait for ever: one that sends nothing for a while
 * is broken off. How long the whole takes does not matter. Written by the HTTP client, read by one
 * thread.
 */
final class TimedBody extends InputStream implements BodySubscriber<InputStream> {

    private sealed interface Event {}

    private record Bytes(List<ByteBuffer> buffers) implements Event {}

    private record Failed(Throwable cause) implements Event {}

    private record Complete() implements Event {}

    private final Duration silence;
    private final LinkedBlockingQueue<Event> events = new LinkedBlockingQueue<>();
    private final CompletableFuture<Flow.Subscription> subscription = new CompletableFuture<>();
    private final Queue<ByteBuffer> here = new ArrayDeque<>();
    private boolean ended;

    /**
     * @param silence the longest that nothing may come
     */
    TimedBody(Duration silence) {
        this.silence = silence;
    }

    @Override
    public CompletionStage<InputStream> getBody() {
        return CompletableFuture.completedFuture(this);
    }

    @Override
    public void onSubscribe(Flow.Subscription started) {
        if (subscription.complete(started)) {
            started.request(1);
        } else {
            started.cancel();
        }
    }

    @Override
    public void onNext(List<ByteBuffer> buffers) {
        events.add(new Bytes(buffers));
    }

    @Override
    public void onError(Throwable cause) {
        events.add(new Failed(cause));
    }

    @Override
    public void onComplete() {
        events.add(new Complete());
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
        if (length == 0) {
            return 0;
        }
        ByteBuffer next = next();
        if (next == null) {
            return -1;
        }
        int count = Math.min(length, next.remaining());
        next.get(target, offset, count);
        return count;
    }

    /** Bytes that are still to be read; null at the end. */
    private @Nullable ByteBuffer next() throws IOException {
        while (!ended) {
            ByteBuffer first = here.peek();
            if (first != null && first.hasRemaining()) {
                return first;
            }
            if (first == null) {
                take();
            } else {
                here.remove();
            }
        }
        return null;
    }

    private void take() throws IOException {
        Event event;
        try {
            event = events.poll(silence.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while an answer came", e);
        }
        if (event == null) {
            close();
            throw new HttpTimeoutException("nothing came for " + Timeouts.text(silence));
        }
        if (event instanceof Bytes bytes) {
            here.addAll(bytes.buffers());
            subscription.join().request(1);
        } else if (event instanceof Failed failed) {
            ended = true;
            throw new IOException(String.valueOf(failed.cause().getMessage()), failed.cause());
        } else {
            ended = true;
        }
    }

    @Override
    public void close() {
        ended = true;
        var unused = subscription.thenAccept(Flow.Subscription::cancel);
    }
}
