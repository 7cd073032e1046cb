package io.millrace.connectors.kafka;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.millrace.core.request.ControlMessage;
import java.io.IOException;
import java.io.UncheckedIOException;
import org.apache.flink.annotation.PublicEvolving;

/**
 * Control messages as they stand on their topic: {@code {"kind":"cancel","id":"..."}}. Stateless.
 */
@PublicEvolving
public final class ControlMessages {

    private static final JsonMapper JSON =
            JsonMapper.builder().enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS).build();

    private ControlMessages() {}

    /** One line of JSON as UTF-8. */
    public static byte[] toBytes(ControlMessage message) {
        if (message instanceof ControlMessage.Cancel cancel) {
            try {
                return JSON.writeValueAsBytes(
                        JSON.createObjectNode().put("kind", "cancel").put("id", cancel.id()));
            } catch (JsonProcessingException e) {
                throw new UncheckedIOException("control message cannot be written", e);
            }
        }
        throw new AssertionError("a kind that this class forgot: " + message);
    }

    /**
     * Reads what {@link #toBytes} writes; further fields are ignored.
     *
     * @throws IllegalArgumentException naming the field and the rule
     */
    public static ControlMessage parse(byte[] bytes) {
        JsonNode root = tree(bytes);
        String kind = text(root, "kind");
        if (!kind.equals("cancel")) {
            throw new IllegalArgumentException("kind: " + kind + " (expected: cancel)");
        }
        return new ControlMessage.Cancel(text(root, "id"));
    }

    private static JsonNode tree(byte[] bytes) {
        try {
            return JSON.readTree(bytes);
        } catch (IOException e) {
            throw new IllegalArgumentException(
                    "message: %d bytes (expected: a JSON object)".formatted(bytes.length), e);
        }
    }

    private static String text(JsonNode root, String field) {
        JsonNode value = root.path(field);
        if (!value.isTextual() || value.textValue().isEmpty()) {
            throw new IllegalArgumentException(
                    "%s: %s (expected: a string that is not empty)"
                            .formatted(field, value.isMissingNode() ? "missing" : value));
        }
        return value.textValue();
    }
}
