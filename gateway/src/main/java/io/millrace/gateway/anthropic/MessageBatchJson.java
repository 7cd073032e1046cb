package io.millrace.gateway.anthropic;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.millrace.core.ledger.BatchCounts;
import io.millrace.core.ledger.BatchState;
import io.millrace.gateway.http.Json;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** A batch as Anthropic's API shows it: all keys, null where there is nothing. Stateless. */
final class MessageBatchJson {

    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ss.SSSSSS'Z'", Locale.ROOT)
                    .withZone(ZoneOffset.UTC);

    private MessageBatchJson() {}

    /** Whether counts move while the batch runs, which the API's own do not. */
    enum Counts {
        LIVE,
        AT_THE_END
    }

    /**
     * Writes one.
     *
     * @param resultsUrl where its results are once it has ended
     */
    static ObjectNode write(BatchState state, String resultsUrl, Counts counts) {
        boolean ended = state.endedMs() != null;
        ObjectNode json = Json.MAPPER.createObjectNode();
        json.put("id", state.manifest().id());
        json.put("type", "message_batch");
        json.put("processing_status", state.status().name().toLowerCase(Locale.ROOT));
        BatchCounts shown = ended || counts == Counts.LIVE ? state.counts() : BatchCounts.NONE;
        ObjectNode numbers = json.putObject("request_counts");
        numbers.put("processing", Math.max(0, state.manifest().requests() - shown.finished()));
        numbers.put("succeeded", shown.succeeded());
        numbers.put("errored", shown.errored());
        numbers.put("canceled", shown.canceled());
        numbers.put("expired", shown.expired());
        json.put("created_at", time(state.manifest().createdMs()));
        json.put("expires_at", time(state.manifest().expiresMs()));
        json.put("ended_at", time(state.endedMs()));
        json.put("cancel_initiated_at", time(state.cancelInitiatedMs()));
        json.put("archived_at", time(state.archivedMs()));
        json.put("results_url", ended && state.archivedMs() == null ? resultsUrl : null);
        return json;
    }

    static @Nullable String time(@Nullable Long epochMs) {
        return epochMs == null ? null : TIME.format(Instant.ofEpochMilli(epochMs));
    }
}
