package io.millrace.gateway.single;

import com.fasterxml.jackson.databind.node.ObjectNode;
import com.linecorp.armeria.common.HttpResponse;
import io.millrace.gateway.http.ApiException;
import io.millrace.gateway.http.Call;
import io.millrace.gateway.http.Json;
import io.millrace.gateway.intake.Bodies;
import io.millrace.gateway.intake.BodyLimits;
import org.jspecify.annotations.Nullable;

/** {@code POST /v1/messages/count_tokens}, where there is a tokenizer. Safe for any thread. */
public final class CountTokens {

    private final @Nullable TokenCounter counter;
    private final BodyLimits limits;

    /**
     * Counted by the job's own rules.
     *
     * @param counter null for a gateway that has no model's tokenizer
     */
    public CountTokens(@Nullable TokenCounter counter, BodyLimits limits) {
        this.counter = counter;
        this.limits = limits;
    }

    /** Counts. */
    public HttpResponse count(Call call) {
        TokenCounter known = counter;
        if (known == null) {
            throw ApiException.notFound(
                    "count_tokens: this gateway has no tokenizer (expected: one that was started"
                            + " with --model and the model of its job)");
        }
        return HttpResponse.of(
                Bodies.object(call, limits).thenApply(params -> answer(known, call, params)));
    }

    private static HttpResponse answer(TokenCounter counter, Call call, ObjectNode params) {
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
