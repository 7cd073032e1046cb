package io.millrace.connectors.dialect;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

/**
 * Fields of OpenAI's and vLLM's requests that change the answer and that Millrace does not offer,
 * grouped by the value under which they have no effect.
 */
final class OpenAiUnsupported {

    private static final Map<String, Harmless> FIELDS = new HashMap<>();

    static {
        refuse("1", number(1), "n", "best_of");
        refuse("0", number(0), "frequency_penalty", "presence_penalty", "min_tokens");
        refuse("false", flag(false), "stream", "echo", "use_beam_search");
        refuse("false", flag(false), "continue_final_message", "include_stop_str_in_output");
        refuse("false", flag(false), "return_tokens_as_token_ids", "return_token_ids");
        refuse("true", flag(true), "add_generation_prompt", "skip_special_tokens");
        refuse("none", OpenAiUnsupported::isEmpty, "tools", "functions", "documents", "bad_words");
        refuse("none", OpenAiUnsupported::isEmpty, "logit_bias", "logits_processors", "vllm_xargs");
        refuse("none", OpenAiUnsupported::isEmpty, "chat_template_kwargs", "structured_outputs");
        refuse("none or auto", oneOf("none", "auto"), "tool_choice", "function_call");
        refuse("[\"text\"]", OpenAiUnsupported::isTextOnly, "modalities");
        refuse("text", value -> value.path("type").asText().equals("text"), "response_format");
        refuse("none", oneOf(""), "suffix", "guided_json", "guided_regex", "guided_choice");
        refuse("none", oneOf(""), "guided_grammar", "structural_tag", "chat_template");
        refuse("none", oneOf(""), "audio", "web_search_options", "reasoning_effort", "verbosity");
        refuse("none", oneOf(""), "allowed_token_ids", "truncate_prompt_tokens");
        refuse("none", oneOf(""), "prompt_logprobs", "prompt_embeds");
    }

    private OpenAiUnsupported() {}

    private record Harmless(String value, Predicate<JsonNode> test) {}

    /** Refuses the first field of the request that asks for something that is not offered. */
    static void refuseIn(Fields fields) {
        for (Iterator<String> names = fields.object().fieldNames(); names.hasNext(); ) {
            String name = names.next();
            Harmless harmless = FIELDS.get(name);
            JsonNode value = fields.node(name);
            if (harmless != null && value != null && !harmless.test().test(value)) {
                throw Refusals.unsupported(
                        fields.path(name), value, harmless.value() + ", others are not supported");
            }
        }
    }

    private static void refuse(String harmless, Predicate<JsonNode> test, String... names) {
        for (String name : names) {
            FIELDS.put(name, new Harmless(harmless, test));
        }
    }

    private static Predicate<JsonNode> number(int expected) {
        return value -> value.isNumber() && value.doubleValue() == expected;
    }

    private static Predicate<JsonNode> flag(boolean expected) {
        return value -> value.isBoolean() && value.booleanValue() == expected;
    }

    private static Predicate<JsonNode> oneOf(String... texts) {
        return value -> value.isTextual() && List.of(texts).contains(value.textValue());
    }

    private static boolean isTextOnly(JsonNode modalities) {
        return modalities.size() == 1 && modalities.path(0).asText().equals("text");
    }

    /** Scalars count as empty in Jackson, and none of these fields is one. */
    private static boolean isEmpty(JsonNode value) {
        return value.isContainerNode() && value.isEmpty();
    }
}
