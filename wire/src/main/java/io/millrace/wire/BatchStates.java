package io.millrace.wire;

import static io.millrace.wire.JsonFields.number;
import static io.millrace.wire.JsonFields.numberOrNull;
import static io.millrace.wire.JsonFields.text;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.millrace.core.ledger.BatchCounts;
import io.millrace.core.ledger.BatchManifest;
import io.millrace.core.ledger.BatchState;
import java.io.UncheckedIOException;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;

/**
 * Batches as they stand on the compacted topic: one flat JSON object under the batch's id, and a
 * tombstone for one that was deleted. Stateless.
 */
public final class BatchStates {

    private BatchStates() {}

    /** One line of JSON as UTF-8. */
    public static byte[] toBytes(BatchState state) {
        ObjectNode json = JsonFields.JSON.createObjectNode();
        write(state.manifest(), json);
        BatchCounts counts = state.counts();
        json.put("status", state.status().name().toLowerCase(Locale.ROOT));
        json.put("succeeded", counts.succeeded());
        json.put("errored", counts.errored());
        json.put("canceled", counts.canceled());
        json.put("expired", counts.expired());
        json.put("input_tokens", counts.inputTokens());
        json.put("output_tokens", counts.outputTokens());
        json.put("cached_tokens", counts.cachedTokens());
        json.put("drafted_tokens", counts.draftedTokens());
        json.put("accepted_tokens", counts.acceptedTokens());
        json.put("cancel_initiated_ms", state.cancelInitiatedMs());
        json.put("ended_ms", state.endedMs());
        json.put("archived_ms", state.archivedMs());
        json.put("estimated_end_ms", state.estimatedEndMs());
        return bytes(json);
    }

    /**
     * Reads what {@link #toBytes} writes; further fields are ignored.
     *
     * @throws IllegalArgumentException naming the field and the rule
     */
    public static BatchState parse(byte[] bytes) {
        JsonNode json = JsonFields.tree(bytes);
        return new BatchState(
                manifest(json),
                new BatchCounts(
                        number(json, "succeeded"),
                        number(json, "errored"),
                        number(json, "canceled"),
                        number(json, "expired"),
                        number(json, "input_tokens"),
                        number(json, "output_tokens"),
                        number(json, "cached_tokens"),
                        json.path("drafted_tokens").asLong(),
                        json.path("accepted_tokens").asLong()),
                numberOrNull(json, "cancel_initiated_ms"),
                numberOrNull(json, "ended_ms"),
                numberOrNull(json, "archived_ms"),
                numberOrNull(json, "estimated_end_ms"));
    }

    static void write(BatchManifest manifest, ObjectNode json) {
        json.put("batch", manifest.id());
        json.put("workspace", manifest.workspace());
        json.put("dialect", manifest.dialect());
        json.put("requests", manifest.requests());
        json.put("created_ms", manifest.createdMs());
        json.put("expires_ms", manifest.expiresMs());
        json.put("archive_ms", manifest.archivedMs());
        ObjectNode attributes = json.putObject("attributes");
        manifest.attributes().forEach(attributes::put);
    }

    static BatchManifest manifest(JsonNode json) {
        Map<String, String> attributes = new HashMap<>();
        json.path("attributes")
                .properties()
                .forEach(entry -> attributes.put(entry.getKey(), entry.getValue().asText()));
        return new BatchManifest(
                text(json, "batch"),
                text(json, "workspace"),
                text(json, "dialect"),
                number(json, "requests"),
                number(json, "created_ms"),
                number(json, "expires_ms"),
                number(json, "archive_ms"),
                attributes);
    }

    static byte[] bytes(ObjectNode json) {
        try {
            return JsonFields.JSON.writeValueAsBytes(json);
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException("a tree that cannot be written", e);
        }
    }
}
