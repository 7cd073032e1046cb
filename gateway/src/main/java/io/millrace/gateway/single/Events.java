package io.millrace.gateway.single;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.linecorp.armeria.common.HttpData;
import com.linecorp.armeria.common.HttpHeaderNames;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.HttpStatus;
import com.linecorp.armeria.common.MediaType;
import com.linecorp.armeria.common.ResponseHeaders;
import io.millrace.gateway.http.Json;

/** Server-sent events, collected. Used by one thread. */
final class Events {

    private final StringBuilder text = new StringBuilder();

    /** One with a name that its data repeats, as Anthropic's have. */
    Events named(JsonNode data) {
        text.append("event: ").append(data.path("type").asText()).append('\n');
        return unnamed(data);
    }

    /** One without a name. */
    Events unnamed(JsonNode data) {
        return unnamed(new String(Json.bytes(data), UTF_8));
    }

    /** One without a name. */
    Events unnamed(String data) {
        text.append("data: ").append(data).append("\n\n");
        return this;
    }

    /** The answer that consists of them. */
    HttpResponse response() {
        ResponseHeaders headers =
                ResponseHeaders.builder(HttpStatus.OK)
                        .contentType(MediaType.EVENT_STREAM)
                        .set(HttpHeaderNames.CACHE_CONTROL, "no-cache")
                        .build();
        return HttpResponse.of(headers, HttpData.ofUtf8(text.toString()));
    }
}
