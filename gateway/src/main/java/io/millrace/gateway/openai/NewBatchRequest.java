package io.millrace.gateway.openai;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.millrace.gateway.http.ApiException;
import io.millrace.gateway.http.Json;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;

/**
 * The body of a create, judged. Immutable.
 *
 * @param dialect that phrases the answers
 */
record NewBatchRequest(
        String inputFileId, String endpoint, String dialect, Map<String, String> attributes) {

    private static final Map<String, String> DIALECTS =
            Map.of("/v1/chat/completions", "openai", "/v1/completions", "openai-completions");
    private static final Set<String> FIELDS =
            Set.of(
                    "input_file_id",
                    "endpoint",
                    "completion_window",
                    "metadata",
                    "output_expires_after");
    private static final int MAX_PAIRS = 16;
    private static final int MAX_NAME_CHARACTERS = 64;
    private static final int MAX_VALUE_CHARACTERS = 512;

    NewBatchRequest {
        attributes = Map.copyOf(attributes);
    }

    static NewBatchRequest parse(ObjectNode body) {
        body.fieldNames()
                .forEachRemaining(
                        name -> {
                            if (!FIELDS.contains(name)) {
                                throw ApiException.invalid(
                                        "Unrecognized request argument: "
                                                + name.substring(0, Math.min(name.length(), 100)));
                            }
                        });
        String inputFileId = text(body, "input_file_id");
        String endpoint = text(body, "endpoint");
        if (!text(body, "completion_window").equals("24h")) {
            throw ApiException.invalid("completion_window: expected '24h'");
        }
        String dialect = DIALECTS.get(endpoint);
        if (dialect == null) {
            throw ApiException.invalid(
                    "endpoint: expected one of "
                            + String.join(", ", DIALECTS.keySet().stream().sorted().toList()));
        }
        Map<String, String> attributes = new HashMap<>();
        attributes.put(BatchObject.ENDPOINT, endpoint);
        attributes.put(BatchObject.INPUT_FILE, inputFileId);
        JsonNode metadata = body.path("metadata");
        if (!metadata.isMissingNode() && !metadata.isNull()) {
            check(metadata);
            attributes.put(BatchObject.METADATA, metadata.toString());
        }
        return new NewBatchRequest(inputFileId, endpoint, dialect, attributes);
    }

    private static String text(ObjectNode body, String field) {
        JsonNode value = body.path(field);
        if (!value.isTextual()) {
            throw ApiException.invalid(
                    field + (value.isMissingNode() ? ": Field required" : ": expected a string"));
        }
        return value.textValue();
    }

    private static void check(JsonNode metadata) {
        boolean valid = metadata.isObject() && metadata.size() <= MAX_PAIRS;
        for (Map.Entry<String, JsonNode> pair : metadata.properties()) {
            valid &= pair.getKey().length() <= MAX_NAME_CHARACTERS;
            valid &= pair.getValue().isTextual();
            valid &= pair.getValue().asText().length() <= MAX_VALUE_CHARACTERS;
        }
        if (!valid) {
            throw ApiException.invalid(
                    "metadata: expected at most %d pairs of strings of at most %d and %d characters"
                            .formatted(MAX_PAIRS, MAX_NAME_CHARACTERS, MAX_VALUE_CHARACTERS));
        }
    }

    /** With one more. */
    Map<String, String> attributesAnd(String name, String value) {
        Map<String, String> all = new HashMap<>(attributes);
        all.put(name, value);
        return all;
    }

    /** What is hashed beside the file: two creates that differ in it are two batches. */
    byte[] canonical() {
        ObjectNode json = Json.MAPPER.createObjectNode();
        attributes.entrySet().stream()
                .sorted(Map.Entry.comparingByKey())
                .forEach(entry -> json.put(entry.getKey(), entry.getValue()));
        return Json.bytes(json);
    }
}
