package io.millrace.connectors.dialect;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.millrace.core.request.Answer;
import io.millrace.core.request.Completion;
import io.millrace.core.request.Completion.Failed;
import io.millrace.core.request.Completion.Succeeded;
import io.millrace.core.request.InferenceRequest;
import io.millrace.core.request.InputRecord;
import io.millrace.core.request.Prompt;
import io.millrace.core.request.SamplingDefaults;
import io.millrace.core.request.Timing;
import io.millrace.core.request.TokenLogprobs;
import io.millrace.core.request.Usage;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Millrace's own line: flat, everything optional but {@code id} and one of {@code messages}, {@code
 * prompt}, {@code token_ids}. Greedy unless the request or the model has a temperature; unknown
 * fields are refused, so that a typing error never changes an answer silently.
 */
final class NativeDialect implements Dialect {

    static final String NAME = "native";

    private static final Messages MESSAGES = new Messages(Messages.ANY_ROLE);
    private static final List<String> PROMPTS = List.of("messages", "prompt", "token_ids");
    private static final String PROMPT_RULE = "exactly one of " + String.join(", ", PROMPTS);

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public boolean recognises(Set<String> fieldNames) {
        return true;
    }

    @Override
    public String idField() {
        return "id";
    }

    @Override
    public @Nullable String model(ObjectNode object) {
        return JsonRequestReader.readableModel(object);
    }

    @Override
    public InferenceRequest read(
            InputRecord input, String id, ObjectNode object, SamplingDefaults sampling) {
        Fields fields = new Fields(object, "");
        fields.ignore(Set.of("id"));
        InferenceRequest request =
                new InferenceRequest(
                        input.key(),
                        id,
                        NAME,
                        fields.name("model"),
                        prompt(fields),
                        fields.integer("max_tokens", InferenceRequest.MODEL_LIMIT),
                        GenerationFields.sampling(fields, sampling, 0f, input.key()),
                        GenerationFields.stop(fields, fields.textOrTexts("stop"), "stop"),
                        GenerationFields.topLogprobs(fields),
                        GenerationFields.service(fields, fields.integer("priority", 0)),
                        null,
                        GenerationFields.speculate(fields),
                        input.arrivalMs());
        fields.refuseUnknown();
        return request;
    }

    private static Prompt prompt(Fields fields) {
        List<String> present = PROMPTS.stream().filter(name -> fields.node(name) != null).toList();
        if (present.isEmpty()) {
            throw Refusals.missing("messages", PROMPT_RULE);
        }
        String name = present.get(0);
        JsonNode value = fields.object().path(name);
        if (present.size() > 1) {
            throw Refusals.invalid(
                    present.get(1), fields.object().path(present.get(1)), PROMPT_RULE);
        }
        return switch (name) {
            case "messages" -> new Prompt.Chat(MESSAGES.read(fields));
            case "prompt" -> new Prompt.Text(requiredText(value));
            default -> Tokens.prompt(value, name);
        };
    }

    private static String requiredText(JsonNode value) {
        if (!value.isTextual()) {
            throw Refusals.invalid("prompt", value, "a string");
        }
        return value.textValue();
    }

    @Override
    public void write(Completion completion, JsonGenerator json) throws IOException {
        json.writeStartObject();
        json.writeStringField("id", completion.id());
        json.writeStringField("status", completion.status().name().toLowerCase(Locale.ROOT));
        json.writeStringField("model", completion.model());
        json.writeFieldName("output");
        if (completion.outcome() instanceof Succeeded succeeded) {
            writeAnswer(succeeded.answer(), json);
        } else {
            json.writeNull();
        }
        writeUsage(completion.usage(), json);
        json.writeFieldName("error");
        if (completion.outcome() instanceof Failed failed) {
            Answers.writeError(failed.failure(), json);
        } else {
            json.writeNull();
        }
        writeTiming(completion.timing(), json);
        json.writeEndObject();
    }

    private static void writeAnswer(Answer answer, JsonGenerator json) throws IOException {
        json.writeStartObject();
        json.writeStringField("text", answer.text());
        json.writeStringField(
                "finish_reason", answer.finishReason().name().toLowerCase(Locale.ROOT));
        json.writeStringField("stop_sequence", answer.stopSequence());
        if (!answer.logprobs().isEmpty()) {
            json.writeArrayFieldStart("logprobs");
            for (TokenLogprobs token : answer.logprobs()) {
                writeLogprobs(token, json);
            }
            json.writeEndArray();
        }
        json.writeEndObject();
    }

    private static void writeLogprobs(TokenLogprobs token, JsonGenerator json) throws IOException {
        json.writeStartObject();
        writeEntry(token.token(), json);
        json.writeArrayFieldStart("top");
        for (TokenLogprobs.Entry alternative : token.alternatives()) {
            json.writeStartObject();
            writeEntry(alternative, json);
            json.writeEndObject();
        }
        json.writeEndArray();
        json.writeEndObject();
    }

    private static void writeEntry(TokenLogprobs.Entry entry, JsonGenerator json)
            throws IOException {
        json.writeNumberField("token_id", entry.tokenId());
        json.writeStringField("token", entry.text());
        json.writeNumberField("logprob", Answers.finite(entry.logprob()));
    }

    private static void writeUsage(Usage usage, JsonGenerator json) throws IOException {
        json.writeObjectFieldStart("usage");
        json.writeNumberField("input_tokens", usage.inputTokens());
        json.writeNumberField("output_tokens", usage.outputTokens());
        json.writeNumberField("cached_tokens", usage.cachedTokens());
        if (usage.draftedTokens() > 0) {
            json.writeNumberField("drafted_tokens", usage.draftedTokens());
            json.writeNumberField("accepted_tokens", usage.acceptedTokens());
        }
        json.writeEndObject();
    }

    private static void writeTiming(Timing timing, JsonGenerator json) throws IOException {
        json.writeObjectFieldStart("timing");
        json.writeNumberField("arrival_ms", timing.arrivalMs());
        json.writeNumberField("started_ms", timing.startedMs());
        json.writeNumberField("first_token_ms", timing.firstTokenMs());
        json.writeNumberField("finished_ms", timing.finishedMs());
        json.writeEndObject();
    }
}
