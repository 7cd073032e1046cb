package io.millrace.gateway.single;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.linecorp.armeria.common.HttpResponse;
import io.millrace.gateway.http.ApiException;
import io.millrace.gateway.http.ErrorKind;
import io.millrace.gateway.http.Json;
import org.jspecify.annotations.Nullable;

/** Chat completions: a line of a batch file on the topic, its body for the client. Stateless. */
final class OpenAiExchange implements Exchange {

    @Override
    public String dialect() {
        return "openai";
    }

    @Override
    public ObjectNode entry(String id, ObjectNode body) {
        ObjectNode line = Json.MAPPER.createObjectNode().put("custom_id", id);
        line.put("method", "POST").put("url", "/v1/chat/completions");
        line.set("body", body);
        return line;
    }

    @Override
    public JsonNode result(JsonNode line) {
        JsonNode error = line.path("error");
        if (error.isNull()) {
            return line.path("response").path("body");
        }
        if (error.path("code").asText().equals("batch_expired")) {
            throw ApiException.of(ErrorKind.TIMEOUT, "The request was not answered in time");
        }
        int status = line.path("response").path("status_code").asInt(500);
        throw ApiException.of(ErrorKind.ofStatus(status), error.path("message").asText())
                .code(error.path("code").asText());
    }

    @Override
    public HttpResponse events(JsonNode completion, boolean usage) {
        Events events = new Events();
        JsonNode choice = completion.path("choices").path(0);
        ObjectNode first = chunk(completion);
        choice(first, null)
                .put("role", "assistant")
                .put("content", choice.path("message").path("content").asText());
        ObjectNode last = chunk(completion);
        choice(last, choice.path("finish_reason"));
        events.unnamed(first).unnamed(last);
        if (usage) {
            ObjectNode counts = chunk(completion);
            counts.putArray("choices");
            counts.set("usage", completion.path("usage"));
            events.unnamed(counts);
        }
        return events.unnamed("[DONE]").response();
    }

    private static ObjectNode chunk(JsonNode completion) {
        ObjectNode chunk = Json.MAPPER.createObjectNode();
        chunk.set("id", completion.path("id"));
        chunk.put("object", "chat.completion.chunk");
        chunk.set("created", completion.path("created"));
        chunk.set("model", completion.path("model"));
        return chunk;
    }

    private static ObjectNode choice(ObjectNode chunk, @Nullable JsonNode finishReason) {
        ObjectNode choice = chunk.putArray("choices").addObject().put("index", 0);
        ObjectNode delta = choice.putObject("delta");
        choice.set("finish_reason", finishReason);
        return delta;
    }
}
