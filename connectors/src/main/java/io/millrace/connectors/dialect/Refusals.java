package io.millrace.connectors.dialect;

import com.fasterxml.jackson.databind.JsonNode;
import io.millrace.core.request.FailureCode;
import io.millrace.core.request.InvalidRequestException;
import java.nio.charset.StandardCharsets;

/** The sentences that refuse a field: {@code field: value (expected: rule)}, values shortened. */
final class Refusals {

    private static final int MAX_VALUE_CHARACTERS = 60;

    private Refusals() {}

    static InvalidRequestException invalid(String field, JsonNode value, String rule) {
        return refusal(FailureCode.INVALID_REQUEST, field, shown(value), rule);
    }

    static InvalidRequestException missing(String field, String rule) {
        return refusal(FailureCode.INVALID_REQUEST, field, "missing", rule);
    }

    static InvalidRequestException unsupported(String field, JsonNode value, String rule) {
        return refusal(FailureCode.UNSUPPORTED, field, shown(value), rule);
    }

    static InvalidRequestException refusal(
            FailureCode code, String field, String value, String rule) {
        return new InvalidRequestException(
                code, "%s: %s (expected: %s)".formatted(shortened(field), value, rule));
    }

    /** A value as a person recognises it, never more than a line of it. */
    static String shown(JsonNode value) {
        if (value.isTextual()) {
            return '"' + shortened(value.textValue()) + '"';
        }
        if (value.isArray()) {
            return value.isEmpty() ? "[]" : "a list of " + value.size();
        }
        if (value.isObject()) {
            return value.isEmpty() ? "{}" : "an object";
        }
        return shortened(value.asText());
    }

    static String shortened(String text) {
        return shortened(text, MAX_VALUE_CHARACTERS);
    }

    /** The beginning of a text; half a surrogate pair becomes a question mark. */
    static String shortened(String text, int maxCharacters) {
        boolean whole = text.length() <= maxCharacters;
        int end = whole ? text.length() : maxCharacters;
        if (!whole && Character.isHighSurrogate(text.charAt(end - 1))) {
            end--;
        }
        byte[] encodable = text.substring(0, end).getBytes(StandardCharsets.UTF_8);
        return new String(encodable, StandardCharsets.UTF_8) + (whole ? "" : "...");
    }
}
