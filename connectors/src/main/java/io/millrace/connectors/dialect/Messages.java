package io.millrace.connectors.dialect;

import static io.millrace.connectors.dialect.Refusals.invalid;
import static io.millrace.connectors.dialect.Refusals.missing;
import static io.millrace.connectors.dialect.Refusals.unsupported;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.millrace.core.request.Message;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Reads conversations. Content is a string or a list of text blocks; blocks are joined by a line
 * feed, as vLLM does.
 */
final class Messages {

    /** Roles as they are, for dialects that leave them to the chat template. */
    static final Map<String, String> ANY_ROLE = Map.of();

    private static final Pattern ROLE = Pattern.compile("[a-z][a-z0-9_-]{0,31}");
    private static final Set<String> TOOL_ROLES = Set.of("tool", "function");
    private static final Set<String> TOOL_FIELDS = Set.of("tool_calls", "function_call");

    private final Map<String, String> roles;

    /**
     * @param roles accepted roles and what the chat template calls them, or {@link #ANY_ROLE}
     */
    Messages(Map<String, String> roles) {
        this.roles = roles;
    }

    /** The field {@code messages}, which must be there. */
    List<Message> read(Fields fields) {
        String path = fields.path("messages");
        JsonNode list = fields.node("messages");
        if (list == null) {
            throw missing(path, "a list of messages");
        }
        if (!list.isArray() || list.isEmpty()) {
            throw invalid(path, list, "a list of at least one message");
        }
        List<Message> messages = new ArrayList<>(list.size());
        for (int i = 0; i < list.size(); i++) {
            messages.add(message(list.path(i), "%s[%d]".formatted(path, i)));
        }
        return messages;
    }

    private Message message(JsonNode node, String path) {
        if (!(node instanceof ObjectNode object)) {
            throw invalid(path, node, "an object with role and content");
        }
        Fields fields = new Fields(object, path + ".");
        String role = role(fields);
        for (String field : TOOL_FIELDS) {
            JsonNode calls = fields.node(field);
            if (calls != null && !calls.isEmpty()) {
                throw unsupported(fields.path(field), calls, "no tool calls");
            }
        }
        JsonNode content = fields.node("content");
        if (content == null) {
            throw missing(fields.path("content"), "a string or a list of text blocks");
        }
        return new Message(role, text(content, fields.path("content")));
    }

    private String role(Fields fields) {
        String role = fields.requiredName("role");
        if (roles.isEmpty() && ROLE.matcher(role).matches()) {
            return role;
        }
        String translated = roles.get(role);
        if (translated != null) {
            return translated;
        }
        JsonNode value = fields.object().path("role");
        throw TOOL_ROLES.contains(role)
                ? unsupported(fields.path("role"), value, "no tool results")
                : invalid(fields.path("role"), value, rule());
    }

    private String rule() {
        return roles.isEmpty()
                ? "a word such as user, assistant or system"
                : "one of " + String.join(", ", roles.keySet().stream().sorted().toList());
    }

    /** The text of a string or of a list of text blocks. */
    static String text(JsonNode content, String path) {
        if (content.isTextual()) {
            return content.textValue();
        }
        if (!content.isArray()) {
            throw invalid(path, content, "a string or a list of text blocks");
        }
        List<String> texts = new ArrayList<>(content.size());
        for (int i = 0; i < content.size(); i++) {
            texts.add(block(content.path(i), "%s[%d]".formatted(path, i)));
        }
        return String.join("\n", texts);
    }

    private static String block(JsonNode node, String path) {
        if (node.isTextual()) {
            return node.textValue();
        }
        if (!(node instanceof ObjectNode object)) {
            throw invalid(path, node, "a text block");
        }
        Fields fields = new Fields(object, path + ".");
        String type = fields.requiredName("type");
        if (!type.equals("text")) {
            throw unsupported(fields.path("type"), object.path("type"), "text blocks only");
        }
        String text = fields.text("text", Integer.MAX_VALUE);
        if (text == null) {
            throw missing(fields.path("text"), "a string");
        }
        return text;
    }
}
