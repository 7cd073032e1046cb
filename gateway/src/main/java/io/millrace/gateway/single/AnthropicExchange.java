package io.millrace.gateway.single;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.linecorp.armeria.common.HttpResponse;
import io.millrace.gateway.http.ApiException;
import io.millrace.gateway.http.ErrorKind;
import io.millrace.gateway.http.Json;

/** Messages: an entry of a batch on the topic, a message for the client. Stateless. */
final class AnthropicExchange implements Exchange {

    @Override
    public String dialect() {
        return "anthropic";
    }

    @Override
    public ObjectNode entry(String id, ObjectNode body) {
        ObjectNode entry = Json.MAPPER.createObjectNode().put("custom_id", id);
        entry.set("params", body);
        return entry;
    }

    @Override
    public JsonNode result(JsonNode line) {
        JsonNode result = line.path("result");
        return switch (result.path("type").asText()) {
            case "succeeded" -> {
                ObjectNode message = (ObjectNode) result.path("message");
                ((ObjectNode) message.path("usage")).put("service_tier", "standard");
                yield message;
            }
            case "expired" ->
                    throw ApiException.of(
                            ErrorKind.TIMEOUT, "The request was not answered in time");
            case "errored" -> {
                JsonNode error = result.path("error").path("error");
                throw ApiException.of(
                        ErrorKind.ofType(error.path("type").asText()),
                        error.path("message").asText());
            }
            default -> throw ApiException.of(ErrorKind.INTERNAL, "The request was canceled");
        };
    }

    @Override
    public HttpResponse events(JsonNode message, boolean usage) {
        ObjectNode start = message.deepCopy();
        start.putArray("content");
        start.putNull("stop_reason").putNull("stop_sequence");
        ((ObjectNode) start.path("usage")).put("output_tokens", 0);
        Events events = new Events();
        ObjectNode first = event("message_start");
        first.set("message", start);
        events.named(first);
        JsonNode content = message.path("content");
        for (int i = 0; i < content.size(); i++) {
            block(events, i, content.path(i).path("text").asText());
        }
        ObjectNode last = event("message_delta");
        ObjectNode delta = last.putObject("delta");
        delta.set("stop_reason", message.path("stop_reason"));
        delta.set("stop_sequence", message.path("stop_sequence"));
        last.putObject("usage").set("output_tokens", message.path("usage").path("output_tokens"));
        return events.named(last).named(event("message_stop")).response();
    }

    private static void block(Events events, int index, String text) {
        ObjectNode start = event("content_block_start").put("index", index);
        start.putObject("content_block").put("type", "text").put("text", "").putNull("citations");
        ObjectNode delta = event("content_block_delta").put("index", index);
        delta.putObject("delta").put("type", "text_delta").put("text", text);
        ObjectNode stop = event("content_block_stop").put("index", index);
        events.named(start).named(delta).named(stop);
    }

    private static ObjectNode event(String type) {
        return Json.MAPPER.createObjectNode().put("type", type);
    }
}
