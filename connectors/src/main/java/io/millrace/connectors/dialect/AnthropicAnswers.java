package io.millrace.connectors.dialect;

import com.fasterxml.jackson.core.JsonGenerator;
import io.millrace.core.request.Answer;
import io.millrace.core.request.Completion;
import io.millrace.core.request.Completion.Failed;
import io.millrace.core.request.Completion.Succeeded;
import io.millrace.core.request.Failure;
import io.millrace.core.request.FailureCode;
import io.millrace.core.request.Usage;
import java.io.IOException;

/**
 * Lines of an Anthropic batch's results. All keys of a message are written, null or not: the typed
 * clients require them. The error is nested twice, as in the API.
 */
final class AnthropicAnswers {

    private AnthropicAnswers() {}

    static void write(Completion completion, JsonGenerator json) throws IOException {
        RecordHash hash = RecordHash.of(completion.key());
        json.writeStartObject();
        json.writeStringField("custom_id", completion.id());
        json.writeObjectFieldStart("result");
        if (completion.outcome() instanceof Succeeded succeeded) {
            json.writeStringField("type", "succeeded");
            writeMessage(completion, succeeded.answer(), hash, json);
        } else if (completion.outcome() instanceof Failed failed) {
            writeFailure(failed.failure(), hash, json);
        }
        json.writeEndObject();
        json.writeEndObject();
    }

    private static void writeFailure(Failure failure, RecordHash hash, JsonGenerator json)
            throws IOException {
        switch (failure.code()) {
            case CANCELED -> json.writeStringField("type", "canceled");
            case EXPIRED -> json.writeStringField("type", "expired");
            default -> {
                json.writeStringField("type", "errored");
                json.writeObjectFieldStart("error");
                json.writeStringField("type", "error");
                json.writeObjectFieldStart("error");
                json.writeStringField("type", errorType(failure.code()));
                json.writeStringField("message", failure.message());
                json.writeEndObject();
                json.writeStringField("request_id", hash.id("req_"));
                json.writeEndObject();
            }
        }
    }

    private static String errorType(FailureCode code) {
        return switch (code) {
            case UNREADABLE, INVALID_REQUEST, INVALID_TEXT, PROMPT_TOO_LONG, UNSUPPORTED ->
                    "invalid_request_error";
            case UNKNOWN_MODEL -> "not_found_error";
            case REQUEST_TOO_LARGE -> "request_too_large";
            case EXPIRED -> "timeout_error";
            case CANCELED, ENGINE_ERROR -> "api_error";
        };
    }

    private static void writeMessage(
            Completion completion, Answer answer, RecordHash hash, JsonGenerator json)
            throws IOException {
        json.writeObjectFieldStart("message");
        json.writeStringField("id", hash.id("msg_"));
        json.writeStringField("type", "message");
        json.writeStringField("role", "assistant");
        json.writeStringField("model", completion.model());
        json.writeArrayFieldStart("content");
        json.writeStartObject();
        json.writeStringField("type", "text");
        json.writeStringField("text", answer.text());
        json.writeNullField("citations");
        json.writeEndObject();
        json.writeEndArray();
        json.writeStringField("stop_reason", stopReason(answer));
        json.writeStringField("stop_sequence", answer.stopSequence());
        writeUsage(completion.usage(), json);
        json.writeNullField("container");
        json.writeNullField("stop_details");
        json.writeNullField("diagnostics");
        json.writeEndObject();
    }

    private static String stopReason(Answer answer) {
        return switch (answer.finishReason()) {
            case END_OF_SEQUENCE -> "end_turn";
            // A stop token, unlike a stop string, has no name to report.
            case STOP -> answer.stopSequence() == null ? "end_turn" : "stop_sequence";
            case MAX_TOKENS -> "max_tokens";
            case CONTEXT_LIMIT -> "model_context_window_exceeded";
        };
    }

    /** The API counts tokens read from the cache apart from the other input tokens. */
    private static void writeUsage(Usage usage, JsonGenerator json) throws IOException {
        json.writeObjectFieldStart("usage");
        json.writeNumberField("input_tokens", usage.inputTokens() - usage.cachedTokens());
        json.writeNumberField("output_tokens", usage.outputTokens());
        json.writeNumberField("cache_creation_input_tokens", 0);
        json.writeNumberField("cache_read_input_tokens", usage.cachedTokens());
        json.writeObjectFieldStart("cache_creation");
        json.writeNumberField("ephemeral_5m_input_tokens", 0);
        json.writeNumberField("ephemeral_1h_input_tokens", 0);
        json.writeEndObject();
        json.writeStringField("service_tier", "batch");
        json.writeNullField("server_tool_use");
        json.writeNullField("output_tokens_details");
        json.writeNullField("inference_geo");
        json.writeNullField("speed");
        if (usage.draftedTokens() > 0) {
            // Not the API's: its clients ignore what they do not know.
            json.writeObjectFieldStart("speculation");
            json.writeNumberField("drafted_tokens", usage.draftedTokens());
            json.writeNumberField("accepted_tokens", usage.acceptedTokens());
            json.writeEndObject();
        }
        json.writeEndObject();
    }
}
