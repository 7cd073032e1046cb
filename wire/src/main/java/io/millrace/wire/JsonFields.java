package io.millrace.wire;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** Reads fields of a JSON object or says which one is wrong. Stateless. */
final class JsonFields {

    static final JsonMapper JSON =
            JsonMapper.builder().enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS).build();

    private JsonFields() {}

    static JsonNode tree(byte[] bytes) {
        try {
            return JSON.readTree(bytes);
        } catch (IOException e) {
            throw new IllegalArgumentException(
                    "message: %d bytes (expected: a JSON object)".formatted(bytes.length), e);
        }
    }

    static String text(JsonNode root, String field) {
        JsonNode value = root.path(field);
        if (!value.isTextual() || value.textValue().isEmpty()) {
            throw wrong(value, field, "a string that is not empty");
        }
        return value.textValue();
    }

    static long number(JsonNode root, String field) {
        JsonNode value = root.path(field);
        if (!value.isIntegralNumber() || !value.canConvertToLong()) {
            throw wrong(value, field, "an integer");
        }
        return value.longValue();
    }

    static @Nullable Long numberOrNull(JsonNode root, String field) {
        return root.path(field).isNull() || root.path(field).isMissingNode()
                ? null
                : (Long) number(root, field);
    }

    private static IllegalArgumentException wrong(JsonNode value, String field, String rule) {
        return new IllegalArgumentException(
                "%s: %s (expected: %s)"
                        .formatted(field, value.isMissingNode() ? "missing" : value, rule));
    }
}
