package io.millrace.gpu.tokenize;

import io.millrace.core.request.FailureCode;
import io.millrace.core.request.InvalidRequestException;
import io.millrace.core.request.Message;
import io.millrace.gpu.tokenize.jinja.JinjaException;
import io.millrace.gpu.tokenize.jinja.JinjaTemplate;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Turns a conversation into the text that a model was trained on, as Hugging Face's {@code
 * apply_chat_template} does. Immutable; many threads may use it at once.
 */
public final class ChatTemplate {

    private static final int MAX_REASON_CHARACTERS = 300;

    private final JinjaTemplate template;
    private final Map<String, @Nullable Object> constants;

    private ChatTemplate(JinjaTemplate template, Map<String, @Nullable Object> constants) {
        this.template = template;
        this.constants = constants;
    }

    /**
     * Reads a template.
     *
     * @param tokens what the template may refer to by {@code bos_token} and the like
     * @param clock for templates that write the date
     * @throws IllegalStateException if it is no Jinja or not of the supported part, naming the line
     */
    public static ChatTemplate of(String source, Map<String, String> tokens, InstantSource clock) {
        Map<String, @Nullable Object> constants = new HashMap<>(tokens);
        constants.put("tools", null);
        constants.put("documents", null);
        constants.put("add_generation_prompt", true);
        try {
            return new ChatTemplate(JinjaTemplate.of(source, clock), constants);
        } catch (JinjaException e) {
            throw new IllegalStateException("chat_template: " + e.getMessage(), e);
        }
    }

    /**
     * The prompt after which the model writes the assistant's next message.
     *
     * @throws InvalidRequestException if the template refuses the messages or fails on them
     */
    public String render(List<Message> messages) {
        Map<String, @Nullable Object> variables = new HashMap<>(constants);
        variables.put("messages", messages.stream().map(ChatTemplate::variable).toList());
        try {
            return template.render(variables);
        } catch (JinjaException e) {
            String reason = String.valueOf(e.getMessage());
            throw new InvalidRequestException(
                    FailureCode.INVALID_REQUEST,
                    "messages: %s%s (expected: a conversation that the model's chat template accepts)"
                            .formatted(
                                    e.isRaisedByTemplate() ? "" : "the chat template fails, ",
                                    reason.substring(
                                            0, Math.min(MAX_REASON_CHARACTERS, reason.length()))));
        }
    }

    /** In the order in which Python's messages have them, for templates that print a message. */
    private static Map<String, String> variable(Message message) {
        Map<String, String> variable = new LinkedHashMap<>();
        variable.put("role", message.role());
        variable.put("content", message.content());
        return variable;
    }
}
