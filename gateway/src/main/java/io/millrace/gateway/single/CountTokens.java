package io.millrace.gateway.single;

import com.fasterxml.jackson.databind.node.ObjectNode;
import com.linecorp.armeria.common.HttpResponse;
import io.millrace.gateway.http.ApiException;
import io.millrace.gateway.http.Call;
import io.millrace.gateway.http.Json;
import io.millrace.gateway.intake.Bodies;
import io.millrace.gateway.intake.BodyLimits;

/** {@code POST /v1/messages/count_tokens}. Safe for any thread. */
public final class CountTokens {

    private final TokenCounter counter;
    private final BodyLimits limits;

    /** Counted by the job's own rules. */
    public CountTokens(TokenCounter counter, BodyLimits limits) {
        this.counter = counter;
        this.limits = limits;
    }

    /** Counts. */
    public HttpResponse count(Call call) {
        return HttpResponse.of(
                Bodies.object(call, limits).thenApply(params -> answer(call, params)));
    }

    private HttpResponse answer(Call call, ObjectNode params) {
        // Here the API has no such field, and a request has to have one.
        params.put("max_tokens", 1);
        ObjectNode entry = Json.MAPPER.createObjectNode().put("custom_id", call.id());
        entry.set("params", params);
        try {
            int tokens = counter.inputTokens(Json.bytes(entry), String.valueOf(call.apiVersion()));
            return Json.ok(Json.MAPPER.createObjectNode().put("input_tokens", tokens));
        } catch (IllegalArgumentException e) {
            throw ApiException.invalid(String.valueOf(e.getMessage()));
        }
    }
}
