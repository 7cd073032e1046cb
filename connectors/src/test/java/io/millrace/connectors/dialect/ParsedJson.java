package io.millrace.connectors.dialect;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.millrace.core.request.Failure;
import io.millrace.core.request.InferenceRequest;
import io.millrace.core.request.Message;
import io.millrace.core.request.Prompt;
import io.millrace.core.request.RequestReader.Invalid;
import io.millrace.core.request.RequestReader.Parsed;
import io.millrace.core.request.RequestReader.Unreadable;
import io.millrace.core.request.RequestReader.Valid;
import io.millrace.core.request.Sampling;
import io.millrace.core.request.Service;
import io.millrace.core.request.StopRules;

/** What was read, as JSON that golden files can hold: only what differs from the defaults. */
final class ParsedJson {

    private static final ObjectMapper JSON = new ObjectMapper();

    private ParsedJson() {}

    static ObjectNode of(Parsed parsed) {
        if (parsed instanceof Valid valid) {
            return JSON.createObjectNode().set("valid", request(valid.request()));
        }
        if (parsed instanceof Invalid invalid) {
            ObjectNode node = failure(invalid.failure());
            node.put("id", invalid.id()).put("dialect", invalid.dialect());
            node.put("model", invalid.model());
            return JSON.createObjectNode().set("invalid", node);
        }
        return JSON.createObjectNode().set("unreadable", failure(((Unreadable) parsed).failure()));
    }

    private static ObjectNode failure(Failure failure) {
        return JSON.createObjectNode()
                .put("code", failure.code().wireName())
                .put("message", failure.message());
    }

    private static ObjectNode request(InferenceRequest request) {
        ObjectNode node = JSON.createObjectNode();
        node.put("id", request.id()).put("dialect", request.dialect());
        if (request.model() != null) {
            node.put("model", request.model());
        }
        node.set("prompt", prompt(request.prompt()));
        if (request.maxTokens() != InferenceRequest.MODEL_LIMIT) {
            node.put("max_tokens", request.maxTokens());
        }
        sampling(request.sampling(), node);
        stop(request.stop(), node);
        if (request.topLogprobs() != InferenceRequest.NO_LOGPROBS) {
            node.put("top_logprobs", request.topLogprobs());
        }
        service(request.service(), node);
        return node;
    }

    private static ArrayNode prompt(Prompt prompt) {
        ArrayNode node = JSON.createArrayNode();
        if (prompt instanceof Prompt.Chat chat) {
            for (Message message : chat.messages()) {
                node.add(message.role() + ": " + message.content());
            }
        } else if (prompt instanceof Prompt.Text text) {
            node.add(text.text());
        } else {
            for (int id : ((Prompt.Tokens) prompt).ids()) {
                node.add(id);
            }
        }
        return node;
    }

    private static void sampling(Sampling sampling, ObjectNode node) {
        if (!sampling.equals(Sampling.GREEDY)) {
            node.put("sampling", sampling.toString());
        }
    }

    private static void stop(StopRules stop, ObjectNode node) {
        if (!stop.equals(StopRules.NONE)) {
            node.put("stop", stop.toString());
        }
    }

    private static void service(Service service, ObjectNode node) {
        if (!service.equals(Service.DEFAULT)) {
            node.put("service", service.toString());
        }
    }
}
