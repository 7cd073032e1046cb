package io.millrace.gateway.openai;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.millrace.core.ledger.BatchCounts;
import io.millrace.core.ledger.BatchState;
import io.millrace.gateway.http.Json;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A batch as OpenAI's API shows it, counters moving. Stateless. */
final class BatchObject {

    static final String ID_PREFIX = "batch_";

    static final String ENDPOINT = "endpoint";
    static final String INPUT_FILE = "input-file";
    static final String METADATA = "metadata";
    static final String MODEL = "model";

    private BatchObject() {}

    static ObjectNode write(BatchState state) {
        Map<String, String> attributes = state.manifest().attributes();
        ObjectNode json = Json.MAPPER.createObjectNode();
        json.put("id", state.manifest().id());
        json.put("object", "batch");
        json.put("endpoint", attributes.get(ENDPOINT));
        json.put("model", attributes.get(MODEL));
        json.putNull("errors");
        json.put("input_file_id", attributes.get(INPUT_FILE));
        json.put("completion_window", "24h");
        json.put("status", status(state));
        json.put("output_file_id", OutputFiles.answersId(state));
        json.put("error_file_id", OutputFiles.errorsId(state));
        writeTimes(state, json);
        BatchCounts counts = state.counts();
        json.putObject("request_counts")
                .put("total", state.manifest().requests())
                .put("completed", counts.succeeded())
                .put("failed", counts.finished() - counts.succeeded());
        writeUsage(counts, json);
        json.set("metadata", metadata(attributes.get(METADATA)));
        return json;
    }

    private static String status(BatchState state) {
        return switch (state.status()) {
            case IN_PROGRESS -> "in_progress";
            case CANCELING -> "cancelling";
            case ENDED ->
                    state.cancelInitiatedMs() != null
                            ? "cancelled"
                            : state.counts().expired() > 0 ? "expired" : "completed";
        };
    }

    private static void writeTimes(BatchState state, ObjectNode json) {
        String status = status(state);
        Long ended = seconds(state.endedMs());
        Long created = seconds(state.manifest().createdMs());
        json.put("created_at", created);
        json.put("in_progress_at", created);
        json.put("expires_at", seconds(state.manifest().expiresMs()));
        json.put("finalizing_at", ended);
        json.put("completed_at", status.equals("completed") ? ended : null);
        json.putNull("failed_at");
        json.put("expired_at", status.equals("expired") ? ended : null);
        json.put("cancelling_at", seconds(state.cancelInitiatedMs()));
        json.put("cancelled_at", status.equals("cancelled") ? ended : null);
    }

    private static @Nullable Long seconds(@Nullable Long ms) {
        return ms == null ? null : (Long) (ms / 1000);
    }

    private static void writeUsage(BatchCounts counts, ObjectNode json) {
        ObjectNode usage = json.putObject("usage");
        usage.put("input_tokens", counts.inputTokens());
        usage.putObject("input_tokens_details").put("cached_tokens", counts.cachedTokens());
        usage.put("output_tokens", counts.outputTokens());
        usage.putObject("output_tokens_details").put("reasoning_tokens", 0);
        usage.put("total_tokens", counts.inputTokens() + counts.outputTokens());
    }

    private static @Nullable JsonNode metadata(@Nullable String text) {
        try {
            return text == null ? null : Json.MAPPER.readTree(text);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("metadata was written as JSON", e);
        }
    }
}
