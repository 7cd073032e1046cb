package io.millrace.gateway.http;

import com.linecorp.armeria.common.AggregatedHttpResponse;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.HttpStatus;
import com.linecorp.armeria.common.RequestHeaders;
import com.linecorp.armeria.server.ServerErrorHandler;
import com.linecorp.armeria.server.ServiceConfig;
import com.linecorp.armeria.server.ServiceRequestContext;
import org.jspecify.annotations.Nullable;

/**
 * Phrases errors that no endpoint has seen: unknown paths, wrong methods, requests that are not
 * HTTP. What they say of their cause is left out. Safe for any thread.
 */
public final class ErrorPages implements ServerErrorHandler {

    private final Ids ids;

    /** Gives calls their ids. */
    public ErrorPages(Ids ids) {
        this.ids = ids;
    }

    @Override
    public @Nullable HttpResponse onServiceException(
            ServiceRequestContext context, Throwable cause) {
        return null;
    }

    @Override
    public AggregatedHttpResponse renderStatus(
            @Nullable ServiceRequestContext context,
            ServiceConfig config,
            @Nullable RequestHeaders headers,
            HttpStatus status,
            @Nullable String description,
            @Nullable Throwable cause) {
        String id = ids.next("req_");
        ErrorKind kind = ErrorKind.ofStatus(status.code());
        String message =
                switch (kind) {
                    case NOT_FOUND -> "Not found";
                    case METHOD_NOT_ALLOWED -> "Method not allowed";
                    default -> status.reasonPhrase();
                };
        Surface surface = headers == null ? Surface.ANTHROPIC : Surface.of(headers);
        AggregatedHttpResponse page = surface.page(ApiException.of(kind, message), id);
        return AggregatedHttpResponse.of(
                page.headers().toBuilder()
                        .status(status)
                        .set("request-id", id)
                        .set("x-request-id", id)
                        .build(),
                page.content());
    }
}
