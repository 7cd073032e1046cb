package io.millrace.connectors.dialect;

import static io.millrace.connectors.dialect.Refusals.invalid;
import static io.millrace.connectors.dialect.Refusals.missing;
import static io.millrace.connectors.dialect.Refusals.unsupported;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.millrace.core.request.Completion;
import io.millrace.core.request.InferenceRequest;
import io.millrace.core.request.InputRecord;
import io.millrace.core.request.Prompt;
import io.millrace.core.request.SamplingDefaults;
import java.io.IOException;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Lines of OpenAI batch files and of vLLM's {@code run-batch}: {@code custom_id}, {@code method},
 * {@code url}, {@code body}. Chat completions and completions, with vLLM's additional sampling
 * fields. A field that would change the answer and is not offered is refused by name; all others
 * that are unknown are ignored, as vLLM does.
 *
 * <p>{@code priority} has vLLM's direction: the smaller goes first.
 */
final class OpenAiDialect implements Dialect {

    static final String CHAT = "openai";
    static final String COMPLETIONS = "openai-completions";

    private static final String CHAT_URL = "/v1/chat/completions";
    private static final String COMPLETIONS_URL = "/v1/completions";
    private static final float DEFAULT_TEMPERATURE = 1f;
    private static final int DEFAULT_COMPLETION_TOKENS = 16;
    private static final int MAX_COMPLETION_LOGPROBS = 20;

    private static final Messages MESSAGES =
            new Messages(
                    Map.of(
                            "system", "system",
                            "developer", "system",
                            "user", "user",
                            "assistant", "assistant"));

    @Override
    public String name() {
        return CHAT;
    }

    @Override
    public boolean phrases(String dialectName) {
        return dialectName.equals(CHAT) || dialectName.equals(COMPLETIONS);
    }

    @Override
    public boolean recognises(Set<String> fieldNames) {
        return fieldNames.contains("custom_id")
                && (fieldNames.contains("body")
                        || fieldNames.contains("url")
                        || fieldNames.contains("method"));
    }

    @Override
    public String idField() {
        return "custom_id";
    }

    @Override
    public @Nullable String model(ObjectNode object) {
        return JsonRequestReader.readableModel(object.path("body"));
    }

    @Override
    public InferenceRequest read(
            InputRecord input, String id, ObjectNode object, SamplingDefaults sampling) {
        Fields line = new Fields(object, "");
        String method = line.name("method");
        if (method != null && !method.equals("POST")) {
            throw invalid("method", object.path("method"), "POST");
        }
        String url = line.requiredName("url");
        boolean chat = url.equals(CHAT_URL);
        if (!chat && !url.equals(COMPLETIONS_URL)) {
            throw unsupported("url", object.path("url"), CHAT_URL + " or " + COMPLETIONS_URL);
        }
        JsonNode body = line.node("body");
        if (body == null) {
            throw missing("body", "an object");
        }
        if (!(body instanceof ObjectNode bodyObject)) {
            throw invalid("body", body, "an object");
        }
        Fields fields = new Fields(bodyObject, "");
        OpenAiUnsupported.refuseIn(fields);
        return chat ? chat(input, id, fields, sampling) : completion(input, id, fields, sampling);
    }

    private static InferenceRequest chat(
            InputRecord input, String id, Fields fields, SamplingDefaults sampling) {
        Integer limit = fields.integer("max_completion_tokens");
        return request(
                input,
                id,
                CHAT,
                fields,
                new Prompt.Chat(MESSAGES.read(fields)),
                limit != null ? limit : fields.integer("max_tokens", InferenceRequest.MODEL_LIMIT),
                sampling,
                GenerationFields.topLogprobs(fields));
    }

    private static InferenceRequest completion(
            InputRecord input, String id, Fields fields, SamplingDefaults sampling) {
        return request(
                input,
                id,
                COMPLETIONS,
                fields,
                completionPrompt(fields),
                fields.integer("max_tokens", DEFAULT_COMPLETION_TOKENS),
                sampling,
                completionLogprobs(fields));
    }

    private static InferenceRequest request(
            InputRecord input,
            String id,
            String dialect,
            Fields fields,
            Prompt prompt,
            int maxTokens,
            SamplingDefaults sampling,
            int topLogprobs) {
        return new InferenceRequest(
                input.key(),
                id,
                dialect,
                fields.name("model"),
                prompt,
                maxTokens,
                GenerationFields.sampling(fields, sampling, DEFAULT_TEMPERATURE, input.key()),
                GenerationFields.stop(fields, fields.textOrTexts("stop"), "stop"),
                topLogprobs,
                GenerationFields.service(fields, -fields.integer("priority", 0)),
                null,
                GenerationFields.speculate(fields),
                input.arrivalMs());
    }

    /** A string, a list of token ids, or a list with one of either. */
    private static Prompt completionPrompt(Fields fields) {
        JsonNode prompt = fields.node("prompt");
        if (prompt == null) {
            throw missing("prompt", "a string or a list of token ids");
        }
        if (prompt.isArray() && !prompt.path(0).isNumber()) {
            if (prompt.size() != 1) {
                throw unsupported("prompt", prompt, "one prompt per line");
            }
            prompt = prompt.path(0);
        }
        return prompt.isTextual()
                ? new Prompt.Text(prompt.textValue())
                : Tokens.prompt(prompt, "prompt");
    }

    /** Here, unlike in chat completions, a number. */
    private static int completionLogprobs(Fields fields) {
        Integer alternatives = fields.integer("logprobs");
        if (alternatives == null) {
            return InferenceRequest.NO_LOGPROBS;
        }
        if (alternatives < 0 || alternatives > MAX_COMPLETION_LOGPROBS) {
            throw invalid(
                    "logprobs",
                    fields.object().path("logprobs"),
                    "0 to " + MAX_COMPLETION_LOGPROBS);
        }
        return alternatives;
    }

    @Override
    public void write(Completion completion, JsonGenerator json) throws IOException {
        OpenAiAnswers.write(completion, json);
    }
}
