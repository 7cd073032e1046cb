package io.millrace.connectors.dialect;

import static io.millrace.connectors.dialect.Refusals.invalid;
import static io.millrace.connectors.dialect.Refusals.missing;
import static io.millrace.connectors.dialect.Refusals.refusal;
import static io.millrace.connectors.dialect.Refusals.unsupported;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.millrace.core.request.Completion;
import io.millrace.core.request.FailureCode;
import io.millrace.core.request.InferenceRequest;
import io.millrace.core.request.InputRecord;
import io.millrace.core.request.InvalidRequestException;
import io.millrace.core.request.Message;
import io.millrace.core.request.Prompt;
import io.millrace.core.request.SamplingDefaults;
import io.millrace.core.request.Submission;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Entries of Anthropic message batches: {@code custom_id} and {@code params}. Unknown fields are
 * refused, as the API does; Millrace's own ({@code seed}, {@code tenant}, {@code deadline}, ...)
 * may stand beside the API's.
 */
final class AnthropicDialect implements Dialect {

    static final String NAME = "anthropic";

    /** From that version of the API on, requests have no say in how tokens are drawn. */
    private static final String WITHOUT_SAMPLING = "2026-10-21";

    private static final List<String> SAMPLING = List.of("temperature", "top_p", "top_k");

    private static final float DEFAULT_TEMPERATURE = 1f;
    private static final Pattern CUSTOM_ID = Pattern.compile("[a-zA-Z0-9_-]{1,64}");
    private static final Messages MESSAGES =
            new Messages(Map.of("user", "user", "assistant", "assistant"));

    /** Accepted and without effect on the answer. */
    private static final Set<String> IGNORED =
            Set.of(
                    "metadata",
                    "cache_control",
                    "diagnostics",
                    "inference_geo",
                    "service_tier",
                    "user_profile_id");

    /** Change the answer and are not offered; an empty list or object asks for nothing. */
    private static final List<String> UNSUPPORTED =
            List.of("tools", "tool_choice", "container", "output_config", "mcp_servers", "speed");

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public boolean recognises(Set<String> fieldNames) {
        return fieldNames.contains("custom_id") && fieldNames.contains("params");
    }

    @Override
    public String idField() {
        return "custom_id";
    }

    @Override
    public @Nullable String model(ObjectNode object) {
        return JsonRequestReader.readableModel(object.path("params"));
    }

    @Override
    public InferenceRequest read(
            InputRecord input, String id, ObjectNode object, SamplingDefaults sampling) {
        Fields entry = new Fields(object, "");
        entry.ignore(Set.of("custom_id", "params"));
        entry.refuseUnknown();
        if (!CUSTOM_ID.matcher(id).matches()) {
            throw invalid("custom_id", object.path("custom_id"), "1 to 64 of a-z A-Z 0-9 _ -");
        }
        if (!(object.path("params") instanceof ObjectNode params)) {
            throw invalid("params", object.path("params"), "an object");
        }
        Fields fields = new Fields(params, "");
        refuseRemoved(input, fields);
        refuseUnsupported(fields);
        InferenceRequest request =
                new InferenceRequest(
                        input.key(),
                        id,
                        NAME,
                        fields.requiredName("model"),
                        new Prompt.Chat(conversation(fields)),
                        maxTokens(fields),
                        GenerationFields.sampling(
                                fields, sampling, DEFAULT_TEMPERATURE, input.key()),
                        GenerationFields.stop(
                                fields, fields.texts("stop_sequences"), "stop_sequences"),
                        InferenceRequest.NO_LOGPROBS,
                        GenerationFields.service(fields, fields.integer("priority", 0)),
                        null,
                        GenerationFields.speculate(fields),
                        input.arrivalMs());
        fields.ignore(IGNORED);
        for (String unknown : fields.unknown()) {
            throw new InvalidRequestException(
                    FailureCode.INVALID_REQUEST,
                    Refusals.shortened(unknown) + ": Extra inputs are not permitted");
        }
        return request;
    }

    private static int maxTokens(Fields fields) {
        Integer maxTokens = fields.integer("max_tokens");
        if (maxTokens == null) {
            throw missing("max_tokens", "an integer, at least 1");
        }
        return maxTokens;
    }

    /** Fields that newer versions of the API no longer have. */
    private static void refuseRemoved(InputRecord input, Fields fields) {
        Submission submission = input.submission();
        if (submission == null
                || submission.apiVersion() == null
                || submission.apiVersion().compareTo(WITHOUT_SAMPLING) < 0) {
            return;
        }
        for (String name : SAMPLING) {
            if (fields.object().has(name)) {
                throw new InvalidRequestException(
                        FailureCode.INVALID_REQUEST, name + ": Extra inputs are not permitted");
            }
        }
    }

    private static void refuseUnsupported(Fields fields) {
        for (String name : UNSUPPORTED) {
            JsonNode value = fields.node(name);
            if (value != null && !(value.isContainerNode() && value.isEmpty())) {
                throw unsupported(name, value, "none, it is not supported in a batch");
            }
        }
        JsonNode thinking = fields.node("thinking");
        if (thinking != null && !thinking.path("type").asText().equals("disabled")) {
            throw unsupported("thinking", thinking, "type disabled");
        }
        if (fields.flag("stream")) {
            throw unsupported("stream", fields.object().path("stream"), "false in a batch");
        }
    }

    /** The system prompt and the turns; turns of one role in a row are one turn, as in the API. */
    private static List<Message> conversation(Fields fields) {
        List<Message> turns = new ArrayList<>();
        JsonNode system = fields.node("system");
        if (system != null) {
            turns.add(new Message("system", Messages.text(system, "system")));
        }
        for (Message message : MESSAGES.read(fields)) {
            int last = turns.size() - 1;
            if (last >= 0 && turns.get(last).role().equals(message.role())) {
                String joined = turns.get(last).content() + "\n" + message.content();
                turns.set(last, new Message(message.role(), joined));
            } else {
                turns.add(message);
            }
        }
        if (turns.get(turns.size() - 1).role().equals("assistant")) {
            throw refusal(
                    FailureCode.UNSUPPORTED,
                    "messages",
                    "the last is the assistant's",
                    "a last message of the user's, prefill is not supported");
        }
        return turns;
    }

    @Override
    public void write(Completion completion, JsonGenerator json) throws IOException {
        AnthropicAnswers.write(completion, json);
    }
}
