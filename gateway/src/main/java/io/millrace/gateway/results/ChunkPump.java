package io.millrace.gateway.results;

import com.linecorp.armeria.common.HttpData;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.HttpResponseWriter;
import com.linecorp.armeria.common.ResponseHeaders;
import com.linecorp.armeria.common.util.TimeoutMode;
import com.linecorp.armeria.server.ServiceRequestContext;
import java.io.IOException;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends a source to a client, the next piece when the last one is taken: constant memory, no thread
 * for a slow client. One that takes nothing for minutes is cut off. The source is closed at the
 * end, whatever the end is.
 */
public final class ChunkPump {

    private static final Logger LOG = LoggerFactory.getLogger(ChunkPump.class);

    private static final Duration STALLED = Duration.ofMinutes(5);

    private final ServiceRequestContext context;
    private final HttpResponseWriter response;
    private final ChunkSource source;

    private ChunkPump(
            ServiceRequestContext context, HttpResponseWriter response, ChunkSource source) {
        this.context = context;
        this.response = response;
        this.source = source;
    }

    /** The answer that a source's bytes become. */
    public static HttpResponse send(
            ServiceRequestContext context, ResponseHeaders headers, ChunkSource source) {
        HttpResponseWriter response = HttpResponse.streaming();
        ChunkPump pump = new ChunkPump(context, response, source);
        response.write(headers);
        var unused =
                response.whenComplete()
                        .whenCompleteAsync(
                                (nothing, failure) -> pump.closeSource(),
                                context.blockingTaskExecutor());
        context.blockingTaskExecutor().execute(pump::step);
        return response;
    }

    private void step() {
        try {
            context.setRequestTimeout(TimeoutMode.SET_FROM_NOW, STALLED);
            byte[] chunk = source.next();
            if (chunk == null) {
                response.close();
            } else if (response.tryWrite(HttpData.wrap(chunk))) {
                var unused =
                        response.whenConsumed()
                                .thenRunAsync(this::step, context.blockingTaskExecutor());
            }
        } catch (IOException | RuntimeException e) {
            if (response.isOpen()) {
                // The client must see that something is missing.
                LOG.warn("sends only a part of {}: {}", context.path(), e.toString());
                response.close(e);
            }
        }
    }

    private void closeSource() {
        try {
            source.close();
        } catch (IOException e) {
            LOG.warn("cannot close what was sent", e);
        }
    }
}
