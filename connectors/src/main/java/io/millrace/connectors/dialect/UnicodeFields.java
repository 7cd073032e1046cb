package io.millrace.connectors.dialect;

import com.fasterxml.jackson.databind.JsonNode;
import io.millrace.core.request.FailureCode;
import io.millrace.core.request.InvalidRequestException;
import io.millrace.core.request.UnicodeText;
import java.util.Map;

/** Holds the whole record to the rule that text must be valid Unicode, names of fields included. */
final class UnicodeFields {

    private UnicodeFields() {}

    /**
     * Refuses unpaired surrogates anywhere below.
     *
     * @throws InvalidRequestException INVALID_TEXT naming the field
     */
    static void check(JsonNode root) {
        if (!isValid(root)) {
            refuse("", root);
        }
    }

    private static boolean isValid(JsonNode node) {
        if (node.isTextual()) {
            return isValid(node.textValue());
        }
        for (String name : (Iterable<String>) node::fieldNames) {
            if (!isValid(name)) {
                return false;
            }
        }
        for (JsonNode child : node) {
            if (!isValid(child)) {
                return false;
            }
        }
        return true;
    }

    /** Finds the place; paths are only built for a record that is wrong. */
    private static void refuse(String path, JsonNode node) {
        if (node.isTextual()) {
            UnicodeText.check(Refusals.shortened(path), node.textValue());
        }
        for (Map.Entry<String, JsonNode> field : node.properties()) {
            if (!isValid(field.getKey())) {
                throw Refusals.refusal(
                        FailureCode.INVALID_TEXT,
                        path.isEmpty() ? "record" : path,
                        "a field name with an unpaired surrogate",
                        "valid Unicode");
            }
            refuse(path.isEmpty() ? field.getKey() : path + "." + field.getKey(), field.getValue());
        }
        if (node.isArray()) {
            for (int i = 0; i < node.size(); i++) {
                refuse("%s[%d]".formatted(path, i), node.path(i));
            }
        }
    }

    static boolean isValid(String text) {
        for (int i = 0; i < text.length(); i++) {
            if (Character.isSurrogate(text.charAt(i))) {
                if (!Character.isHighSurrogate(text.charAt(i))
                        || i + 1 == text.length()
                        || !Character.isLowSurrogate(text.charAt(i + 1))) {
                    return false;
                }
                i++;
            }
        }
        return true;
    }
}
