package io.millrace.connectors.dialect;

import com.fasterxml.jackson.core.JsonGenerator;
import io.millrace.core.request.Answer;
import io.millrace.core.request.Completion;
import io.millrace.core.request.Completion.Failed;
import io.millrace.core.request.Completion.Succeeded;
import io.millrace.core.request.Failure;
import io.millrace.core.request.FailureCode;
import io.millrace.core.request.FinishReason;
import io.millrace.core.request.Usage;
import java.io.IOException;

/**
 * Lines of OpenAI's output and error files. A request that was refused has a response of status 4xx
 * or 5xx and the same reason in {@code error}; one that was never tried has no response.
 */
final class OpenAiAnswers {

    private OpenAiAnswers() {}

    static void write(Completion completion, JsonGenerator json) throws IOException {
        RecordHash hash = RecordHash.of(completion.key());
        json.writeStartObject();
        json.writeStringField("id", hash.id("batch_req_"));
        json.writeStringField("custom_id", completion.id());
        if (completion.outcome() instanceof Succeeded succeeded) {
            writeResponseHead(200, hash, json);
            writeBody(completion, succeeded.answer(), hash, json);
            json.writeEndObject();
            json.writeNullField("error");
        } else if (completion.outcome() instanceof Failed failed) {
            writeFailure(failed.failure(), hash, json);
        }
        json.writeEndObject();
    }

    private static void writeResponseHead(int status, RecordHash hash, JsonGenerator json)
            throws IOException {
        json.writeObjectFieldStart("response");
        json.writeNumberField("status_code", status);
        json.writeStringField("request_id", hash.id("req_"));
        json.writeFieldName("body");
    }

    private static void writeFailure(Failure failure, RecordHash hash, JsonGenerator json)
            throws IOException {
        switch (failure.code()) {
            case EXPIRED -> writeUntried("batch_expired", failure, json);
            case CANCELED -> writeUntried("batch_cancelled", failure, json);
            default -> {
                int status = statusOf(failure.code());
                writeResponseHead(status, hash, json);
                writeErrorBody(failure, status, json);
                json.writeEndObject();
                json.writeFieldName("error");
                Answers.writeError(failure, json);
            }
        }
    }

    private static void writeUntried(String code, Failure failure, JsonGenerator json)
            throws IOException {
        json.writeNullField("response");
        json.writeFieldName("error");
        Answers.writeError(code, failure.message(), json);
    }

    private static void writeErrorBody(Failure failure, int status, JsonGenerator json)
            throws IOException {
        json.writeStartObject();
        json.writeObjectFieldStart("error");
        json.writeStringField("message", failure.message());
        json.writeStringField("type", status < 500 ? "invalid_request_error" : "server_error");
        json.writeNullField("param");
        json.writeStringField("code", failure.code().wireName());
        json.writeEndObject();
        json.writeEndObject();
    }

    private static int statusOf(FailureCode code) {
        return switch (code) {
            case UNREADABLE, INVALID_REQUEST, INVALID_TEXT, PROMPT_TOO_LONG, UNSUPPORTED -> 400;
            case UNKNOWN_MODEL -> 404;
            case REQUEST_TOO_LARGE -> 413;
            case CANCELED -> 499;
            case ENGINE_ERROR -> 500;
            case EXPIRED -> 504;
        };
    }

    private static void writeBody(
            Completion completion, Answer answer, RecordHash hash, JsonGenerator json)
            throws IOException {
        boolean chat = !completion.dialect().equals(OpenAiDialect.COMPLETIONS);
        json.writeStartObject();
        json.writeStringField("id", hash.id(chat ? "chatcmpl-" : "cmpl-"));
        json.writeStringField("object", chat ? "chat.completion" : "text_completion");
        json.writeNumberField("created", completion.timing().finishedMs() / 1000);
        json.writeStringField("model", completion.model());
        json.writeArrayFieldStart("choices");
        writeChoice(answer, chat, json);
        json.writeEndArray();
        writeUsage(completion.usage(), json);
        json.writeNullField("system_fingerprint");
        json.writeEndObject();
    }

    private static void writeChoice(Answer answer, boolean chat, JsonGenerator json)
            throws IOException {
        json.writeStartObject();
        json.writeNumberField("index", 0);
        if (chat) {
            json.writeObjectFieldStart("message");
            json.writeStringField("role", "assistant");
            json.writeStringField("content", answer.text());
            json.writeNullField("refusal");
            json.writeEndObject();
        } else {
            json.writeStringField("text", answer.text());
        }
        json.writeFieldName("logprobs");
        if (answer.logprobs().isEmpty()) {
            json.writeNull();
        } else if (chat) {
            OpenAiLogprobs.writeChat(answer.logprobs(), json);
        } else {
            OpenAiLogprobs.writeCompletion(answer.logprobs(), json);
        }
        json.writeStringField("finish_reason", finishReason(answer.finishReason()));
        // vLLM's field: which stop string it was.
        json.writeStringField("stop_reason", answer.stopSequence());
        json.writeEndObject();
    }

    private static String finishReason(FinishReason reason) {
        return switch (reason) {
            case END_OF_SEQUENCE, STOP -> "stop";
            case MAX_TOKENS, CONTEXT_LIMIT -> "length";
        };
    }

    private static void writeUsage(Usage usage, JsonGenerator json) throws IOException {
        json.writeObjectFieldStart("usage");
        json.writeNumberField("prompt_tokens", usage.inputTokens());
        json.writeNumberField("completion_tokens", usage.outputTokens());
        json.writeNumberField("total_tokens", usage.inputTokens() + usage.outputTokens());
        json.writeObjectFieldStart("prompt_tokens_details");
        json.writeNumberField("cached_tokens", usage.cachedTokens());
        json.writeEndObject();
        if (usage.draftedTokens() > 0) {
            // The API's names for tokens that were predicted and held, or did not.
            json.writeObjectFieldStart("completion_tokens_details");
            json.writeNumberField("accepted_prediction_tokens", usage.acceptedTokens());
            json.writeNumberField(
                    "rejected_prediction_tokens", usage.draftedTokens() - usage.acceptedTokens());
            json.writeEndObject();
        }
        json.writeEndObject();
    }
}
