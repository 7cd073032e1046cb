package io.millrace.job.client;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;

/**
 * How far a batch is, as the API says it. Immutable.
 *
 * @param status {@code in_progress}, {@code canceling} or {@code ended}
 */
public record BatchStatus(
        String id,
        String status,
        long processing,
        long succeeded,
        long errored,
        long canceled,
        long expired) {

    static BatchStatus of(JsonNode json) throws IOException {
        JsonNode counts = json.path("request_counts");
        if (!json.path("id").isTextual() || !counts.isObject()) {
            throw new IOException(
                    "answer: %.100s (expected: a batch; is --url that of a gateway?)"
                            .formatted(json));
        }
        if (json.path("object").asText().equals("batch")) {
            return ofOpenAi(json, counts);
        }
        return new BatchStatus(
                json.path("id").asText(),
                json.path("processing_status").asText(),
                counts.path("processing").asLong(),
                counts.path("succeeded").asLong(),
                counts.path("errored").asLong(),
                counts.path("canceled").asLong(),
                counts.path("expired").asLong());
    }

    /** OpenAI's counters do not tell errors from what was canceled or has expired. */
    private static BatchStatus ofOpenAi(JsonNode json, JsonNode counts) {
        long completed = counts.path("completed").asLong();
        long failed = counts.path("failed").asLong();
        String status =
                switch (json.path("status").asText()) {
                    case "completed", "failed", "expired", "cancelled" -> "ended";
                    case "cancelling" -> "canceling";
                    default -> "in_progress";
                };
        return new BatchStatus(
                json.path("id").asText(),
                status,
                counts.path("total").asLong() - completed - failed,
                completed,
                failed,
                0,
                0);
    }

    /** Whether all its results are there. */
    public boolean hasEnded() {
        return status.equals("ended");
    }

    /** Its requests. */
    public long requests() {
        return processing + finished();
    }

    /** Its requests that have a result. */
    public long finished() {
        return succeeded + errored + canceled + expired;
    }

    /** In one line. */
    public String summary() {
        return "%s: %s, %d of %d requests done: %d succeeded, %d errored, %d canceled, %d expired"
                .formatted(
                        id, status, finished(), requests(), succeeded, errored, canceled, expired);
    }
}
