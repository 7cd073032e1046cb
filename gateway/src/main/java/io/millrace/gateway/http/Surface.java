package io.millrace.gateway.http;

import com.fasterxml.jackson.databind.node.ObjectNode;
import com.linecorp.armeria.common.AggregatedHttpResponse;
import com.linecorp.armeria.common.HttpData;
import com.linecorp.armeria.common.HttpHeaderNames;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.HttpStatus;
import com.linecorp.armeria.common.MediaType;
import com.linecorp.armeria.common.RequestHeaders;
import com.linecorp.armeria.common.ResponseHeaders;
import com.linecorp.armeria.common.ResponseHeadersBuilder;
import java.time.Duration;

/** Whose API a client speaks, which decides how an error is phrased. */
public enum Surface {
    ANTHROPIC,
    OPENAI;

    /** By the path, and by the headers where both have the path. */
    public static Surface of(RequestHeaders headers) {
        String path = headers.path();
        if (path.startsWith("/v1/messages")) {
            return ANTHROPIC;
        }
        if (path.startsWith("/v1/files")
                || path.startsWith("/v1/batches")
                || path.startsWith("/v1/chat")) {
            return OPENAI;
        }
        return headers.contains("anthropic-version") || headers.contains("x-api-key")
                ? ANTHROPIC
                : OPENAI;
    }

    /** The answer that tells it. */
    public HttpResponse phrase(ApiException error, String requestId) {
        return page(error, requestId).toHttpResponse();
    }

    /** The same, whole. */
    AggregatedHttpResponse page(ApiException error, String requestId) {
        ResponseHeadersBuilder headers =
                ResponseHeaders.builder(HttpStatus.valueOf(error.kind().status()))
                        .contentType(MediaType.JSON);
        Duration wait = error.retryAfter();
        if (wait != null) {
            headers.setLong(HttpHeaderNames.RETRY_AFTER, Math.max(1, wait.toSeconds()));
        }
        if (!error.repeatingHelps()) {
            headers.set("x-should-retry", "false");
        }
        return AggregatedHttpResponse.of(
                headers.build(), HttpData.wrap(Json.bytes(body(error, requestId))));
    }

    private ObjectNode body(ApiException error, String requestId) {
        ObjectNode body = Json.MAPPER.createObjectNode();
        switch (this) {
            case ANTHROPIC -> {
                body.put("type", "error");
                ObjectNode inner = body.putObject("error");
                inner.put("type", error.kind().type());
                inner.put("message", error.message());
                if (error.detailCode() != null) {
                    inner.putObject("details").put("error_code", error.detailCode());
                }
                body.put("request_id", requestId);
            }
            case OPENAI -> {
                ObjectNode inner = body.putObject("error");
                inner.put("message", error.message());
                inner.put("type", error.kind().type());
                inner.putNull("param");
                inner.put("code", error.detailCode());
            }
        }
        return body;
    }
}
