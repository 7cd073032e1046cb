package io.millrace.gateway.http;

import com.linecorp.armeria.common.ClosedSessionException;
import com.linecorp.armeria.common.ContentTooLargeException;
import com.linecorp.armeria.common.HttpRequest;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.stream.ClosedStreamException;
import com.linecorp.armeria.common.util.Exceptions;
import com.linecorp.armeria.server.HttpService;
import com.linecorp.armeria.server.RequestTimeoutException;
import com.linecorp.armeria.server.ServiceRequestContext;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Puts an endpoint behind the door: gives the call an id, finds out who calls, phrases errors as
 * the client's API does. Safe for any thread; every call gets an answer.
 */
public final class ApiService implements HttpService {

    private static final Logger LOG = LoggerFactory.getLogger(ApiService.class);

    private final Endpoint endpoint;
    private final Authenticator authenticator;
    private final Ids ids;

    /** An endpoint that only known clients reach. */
    public ApiService(Endpoint endpoint, Authenticator authenticator, Ids ids) {
        this.endpoint = endpoint;
        this.authenticator = authenticator;
        this.ids = ids;
    }

    @Override
    public HttpResponse serve(ServiceRequestContext context, HttpRequest request) {
        String id = ids.next("req_");
        Surface surface = Surface.of(request.headers());
        tellId(context, id);
        try {
            Call call =
                    new Call(
                            context,
                            request,
                            authenticator.authenticate(request.headers()),
                            id,
                            surface == Surface.ANTHROPIC
                                    ? Authenticator.version(request.headers())
                                    : null);
            context.mutateAdditionalResponseHeaders(
                    headers -> headers.set("anthropic-workspace-id", call.workspace()));
            return endpoint.serve(call)
                    .recover(failure -> surface.phrase(error(context, id, failure), id));
        } catch (RuntimeException e) {
            return surface.phrase(error(context, id, e), id);
        }
    }

    static void tellId(ServiceRequestContext context, String id) {
        context.mutateAdditionalResponseHeaders(
                headers -> headers.set("request-id", id).set("x-request-id", id));
    }

    private static ApiException error(ServiceRequestContext context, String id, Throwable failure) {
        Throwable cause = Exceptions.peel(failure);
        if (cause instanceof ApiException expected) {
            return expected;
        }
        if (cause instanceof ContentTooLargeException) {
            return ApiException.of(ErrorKind.TOO_LARGE, "Request body is too large");
        }
        if (cause instanceof RequestTimeoutException) {
            return ApiException.of(ErrorKind.TIMEOUT, "The request took too long");
        }
        if (cause instanceof ClosedStreamException || cause instanceof ClosedSessionException) {
            return ApiException.of(ErrorKind.REQUEST_TIMEOUT, "The request was not complete");
        }
        LOG.error("request {} to {} failed", id, context.config().route().patternString(), cause);
        return ApiException.of(ErrorKind.INTERNAL, "Internal error, see the log for this request");
    }
}
